# Installs the SDK of BUILD to FOLDER and builds EXAMPLE against it, as an author would.
file(REMOVE_RECURSE ${FOLDER})
execute_process(
    COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${FOLDER}/sdk
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${EXAMPLE} -B ${FOLDER}/build -DCMAKE_PREFIX_PATH=${FOLDER}/sdk
    COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER}/build COMMAND_ERROR_IS_FATAL ANY)
if(NOT EXISTS ${FOLDER}/build/plugins/beacon.so)
    message(FATAL_ERROR "no beacon.so")
endif()
