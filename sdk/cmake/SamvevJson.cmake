# Target samvev_json: parse_json() of <samvev/json.hpp>, on simdjson. Its source lies in ../json here
# and beside this file where the SDK is installed.
set(samvev_json_source ${CMAKE_CURRENT_LIST_DIR}/parse_json.cpp)
if(NOT EXISTS ${samvev_json_source})
    set(samvev_json_source ${CMAKE_CURRENT_LIST_DIR}/../json/parse_json.cpp)
endif()
add_library(samvev_json STATIC ${samvev_json_source})
target_compile_features(samvev_json PUBLIC cxx_std_20)
target_include_directories(samvev_json PRIVATE $<TARGET_PROPERTY:${SAMVEV_SDK_TARGET},INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(samvev_json PUBLIC simdjson::simdjson nlohmann_json::nlohmann_json)
set_target_properties(samvev_json PROPERTIES POSITION_INDEPENDENT_CODE ON)
