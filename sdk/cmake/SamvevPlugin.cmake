# How a module is built: its manifest is bundled into one JSON text, embedded in the binary, and
# turned into names.hpp. Used by this project and, through find_package(SamvevSDK), by others.

set(SAMVEV_SDK_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# The module id as a C++ identifier: '-' becomes '_', a reserved word gets a trailing '_'.
# bundle.cpp has the same list.
function(samvev_module_identifier id out)
    string(REPLACE "-" "_" name ${id})
    set(reserved and auto break case catch class const continue default delete do else enum export
        extern for friend if new not operator or private protected public register return static
        switch this union while)
    if(name IN_LIST reserved)
        string(APPEND name "_")
    endif()
    set(${out} ${name} PARENT_SCOPE)
endfunction()

# Adds to `target` the bundled manifest under `symbol`_begin/_end in ELF section `section`, and
# names.hpp in its include path. Rebuilt when any part of the manifest changes.
function(_samvev_embed_manifest target id manifest symbol section)
    get_filename_component(manifest ${manifest} ABSOLUTE)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_manifest)
    file(MAKE_DIRECTORY ${folder})
    set(bundled ${folder}/${id}.json)
    if(TARGET samvev_bundle)
        set(bundle samvev_bundle)
    else()
        set(bundle samvev::samvev_bundle)
    endif()
    add_custom_command(
        OUTPUT ${bundled}
        BYPRODUCTS ${folder}/names.hpp
        COMMAND ${bundle} --manifest ${manifest} --output ${bundled} --id ${id}
                --names ${folder}/names.hpp --depfile ${bundled}.d
        DEPENDS ${manifest} ${bundle}
        DEPFILE ${bundled}.d
        COMMENT "Bundling the manifest of ${id}"
        VERBATIM)
    configure_file(${SAMVEV_SDK_CMAKE_DIR}/manifest.cpp.in ${folder}/manifest.cpp @ONLY)
    set_source_files_properties(${folder}/manifest.cpp PROPERTIES OBJECT_DEPENDS ${bundled})
    # As a source, the bundle comes before every other file of the target: they may include names.hpp.
    target_sources(${target} PRIVATE ${folder}/manifest.cpp ${bundled})
    target_include_directories(${target} PUBLIC ${folder})
endfunction()

function(_samvev_module_options target manifest)
    get_filename_component(folder ${manifest} ABSOLUTE)
    get_filename_component(folder ${folder} DIRECTORY)
    get_filename_component(parent ${folder} DIRECTORY)
    # Tests include a module's headers by its folder: "case/state.hpp".
    target_include_directories(${target} PUBLIC ${parent})
    if(TARGET samvev_sdk)
        target_link_libraries(${target} PUBLIC samvev_sdk)
    else()
        target_link_libraries(${target} PUBLIC samvev::samvev_sdk)
    endif()
    if(TARGET samvev_options)
        target_link_libraries(${target} PRIVATE samvev_options)
    endif()
    get_target_property(sources ${target} SOURCES)
    list(LENGTH sources source_count)
    if(SAMVEV_PCH AND source_count GREATER 4)
        target_precompile_headers(${target} PRIVATE <samvev/plugin.hpp>)
    endif()
    target_compile_options(${target} PRIVATE -ffp-contract=off -fno-fast-math)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# samvev_add_plugin(ID MANIFEST manifest.json SOURCES … [OUTPUT_DIRECTORY DIR])
#
# Builds DIR/ID.so (target ID; DIR is ${CMAKE_BINARY_DIR}/plugins unless given): one file, one
# exported symbol, manifest in section .samvev.manifest. Target ID_objects has the same objects for tests that link the module
# directly (its entry is `samvev_entry_v1`, from SAMVEV_PLUGIN).
function(samvev_add_plugin id)
    cmake_parse_arguments(arg "" "MANIFEST;OUTPUT_DIRECTORY" "SOURCES" ${ARGN})
    if(NOT arg_OUTPUT_DIRECTORY)
        set(arg_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
    endif()
    add_library(${id}_objects OBJECT ${arg_SOURCES})
    _samvev_module_options(${id}_objects ${arg_MANIFEST})
    _samvev_embed_manifest(${id}_objects ${id} ${arg_MANIFEST} samvev_manifest .samvev.manifest)
    # Weak and unique symbols of templates stay inside: hidden here, local by the version script.
    target_compile_options(${id}_objects PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden
        $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)

    add_library(${id} MODULE)
    target_link_libraries(${id} PRIVATE ${id}_objects)
    if(TARGET samvev_options)
        target_link_libraries(${id} PRIVATE samvev_options)
    endif()
    set_target_properties(${id} PROPERTIES
        PREFIX "" SUFFIX ".so" OUTPUT_NAME ${id} LINKER_LANGUAGE CXX SKIP_BUILD_RPATH ON
        LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY}
        LINK_DEPENDS ${SAMVEV_SDK_CMAKE_DIR}/plugin.map)
    target_link_options(${id} PRIVATE
        -Wl,--version-script=${SAMVEV_SDK_CMAKE_DIR}/plugin.map
        -Wl,-z,now,-z,relro,-z,noexecstack -Wl,--exclude-libs,ALL)
    # A sanitizer's runtime is in the executable that loads the plugin, not in the plugin.
    if(NOT SAMVEV_SANITIZE AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
        target_link_options(${id} PRIVATE -Wl,-z,defs)
    endif()
endfunction()

# samvev_add_builtin_module(ID MANIFEST manifest.json SOURCES …)
#
# Builds the static library samvev_core_ID ('-' as '_') with the manifest embedded for
# SAMVEV_BUILTIN_MODULE(NAME, Type), NAME being the id as a C++ identifier.
function(samvev_add_builtin_module id)
    cmake_parse_arguments(arg "" "MANIFEST" "SOURCES" ${ARGN})
    samvev_module_identifier(${id} name)
    string(REPLACE "-" "_" suffix ${id})
    set(target samvev_core_${suffix})
    add_library(${target} STATIC ${arg_SOURCES})
    _samvev_module_options(${target} ${arg_MANIFEST})
    _samvev_embed_manifest(${target} ${id} ${arg_MANIFEST} samvev_builtin_manifest_${name} .rodata.samvev_manifest)
endfunction()
