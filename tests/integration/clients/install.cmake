# Copies the test's files to TO and installs the locked packages there, unless they are there already.
file(GLOB files ${FROM}/*.mjs ${FROM}/*.py ${FROM}/*.cedar ${FROM}/package.json ${FROM}/package-lock.json)
file(COPY ${files} DESTINATION ${TO})
file(SHA256 ${FROM}/package-lock.json locked)
if(EXISTS ${TO}/installed.txt)
    file(READ ${TO}/installed.txt installed)
    if(installed STREQUAL locked)
        return()
    endif()
endif()
execute_process(
    COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund WORKING_DIRECTORY ${TO}
    RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed in ${TO}")
endif()
file(WRITE ${TO}/installed.txt ${locked})
