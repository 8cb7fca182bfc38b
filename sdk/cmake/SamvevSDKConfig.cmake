# find_package(SamvevSDK REQUIRED): samvev_add_plugin() and the target samvev::samvev_sdk.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json)
find_dependency(simdjson)
include(${CMAKE_CURRENT_LIST_DIR}/SamvevSDKTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SamvevPlugin.cmake)
