# Options shared by all targets, and the five words that describe a layer.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(SAMVEV_WERROR "Treat warnings as errors" OFF)
option(SAMVEV_PCH "Use precompiled headers" ON)
set(SAMVEV_SANITIZE "" CACHE STRING "Comma-separated sanitizers, e.g. address,undefined")

find_program(SAMVEV_CCACHE ccache)
if(SAMVEV_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers are cacheable only with this sloppiness and -fpch-preprocess.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SAMVEV_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${SAMVEV_CCACHE})
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# Warnings and sanitizers; linked PRIVATE by every target of ours.
add_library(samvev_options INTERFACE)
target_compile_options(samvev_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
        -Wold-style-cast -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi
        -Wimplicit-fallthrough -Wswitch-enum -Wundef>
    $<$<CXX_COMPILER_ID:GNU>:$<$<COMPILE_LANGUAGE:CXX>:-Wduplicated-cond -Wlogical-op>>
    -ffp-contract=off)
if(SAMVEV_WERROR)
    target_compile_options(samvev_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Optimising, g++ 12 sees overlaps and overflows in std::string's own operator+ (GCC bug 105651), and
    # the text of an empty optional as if it were read.
    target_compile_options(samvev_options INTERFACE
        $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized>)
endif()
target_compile_definitions(samvev_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(SAMVEV_SANITIZE)
    target_compile_options(samvev_options INTERFACE -fsanitize=${SAMVEV_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(samvev_options INTERFACE -fsanitize=${SAMVEV_SANITIZE})
    if(SAMVEV_SANITIZE MATCHES "undefined")
        # Half of the build's time went into checking each pointer for null, which AddressSanitizer
        # reports as well, and for alignment, which -Wcast-align sees where it can go wrong. vptr
        # looks at objects through a pipe, and fails in a server that is out of files.
        target_compile_options(samvev_options INTERFACE
            -fno-sanitize-recover=undefined -fno-sanitize=null,alignment,vptr
            $<$<CXX_COMPILER_ID:GNU>:-Wcast-align=strict>)
    endif()
    if(SAMVEV_SANITIZE MATCHES "thread")
        # g++ 12: atomic_thread_fence is not supported with -fsanitize=thread.
        target_compile_definitions(samvev_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
        target_compile_options(samvev_options INTERFACE -Wno-tsan)
    endif()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    # Unoptimised: a cold build with both sanitizers must fit CI, and optimising takes twice as long.
    # -g1 keeps line numbers in reports at a third of the disk of -g.
    set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
endif()

# The server's allocator: a command is some hundred small allocations on one thread that others
# free. Not under a sanitizer, which brings its own.
add_library(samvev_allocator INTERFACE)
if(NOT SAMVEV_SANITIZE)
    find_library(SAMVEV_JEMALLOC jemalloc)
    if(SAMVEV_JEMALLOC)
        target_link_libraries(samvev_allocator INTERFACE ${SAMVEV_JEMALLOC})
    endif()
endif()

# One static library = one folder = one namespace. `DEPENDS` names layers of ours (public),
# `LIBRARIES` third-party targets (private: their headers stay in .cpp files unless PUBLIC_LIBRARIES).
function(samvev_layer name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBRARIES;PUBLIC_LIBRARIES;PCH" ${ARGN})
    add_library(samvev_${name} STATIC ${arg_SOURCES})
    target_include_directories(samvev_${name} PUBLIC ${PROJECT_SOURCE_DIR}/server)
    foreach(layer IN LISTS arg_DEPENDS)
        target_link_libraries(samvev_${name} PUBLIC samvev_${layer})
    endforeach()
    target_link_libraries(samvev_${name} PUBLIC ${arg_PUBLIC_LIBRARIES} PRIVATE samvev_options ${arg_LIBRARIES})
    if(SAMVEV_PCH AND arg_PCH)
        target_precompile_headers(samvev_${name} PRIVATE ${arg_PCH})
    endif()
endfunction()

# One Catch2 program per test folder; ctest runs it as one test.
function(samvev_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;LABELS;PCH" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE samvev_options ${arg_LIBRARIES} Catch2::Catch2WithMain)
    target_compile_definitions(${name} PRIVATE
        SAMVEV_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SAMVEV_BINARY_DIR="${PROJECT_BINARY_DIR}")
    if(SAMVEV_PCH)
        target_precompile_headers(${name} PRIVATE <catch2/catch.hpp> <string> <vector> <map> ${arg_PCH})
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600)
endfunction()
