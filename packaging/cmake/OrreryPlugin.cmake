# SPDX-License-Identifier: Apache-2.0
# orrery_add_plugin(<name> METADATA <file.json> VIEW <sources…> [JOBS <sources…>] [VIEW_LIBS …] [JOBS_LIBS …])
#
# Makes lib/orrery/plugins/orrery_plugin_<name>.so (Qt and the SDK; no LibTorch) and, where there are jobs,
# lib/orrery/plugins/orrery_jobs_<name>.so (LibTorch; no Qt). The versions of SDK, Qt and LibTorch that it is built with
# are stamped into the metadata, and hashes of the headers (OrreryInterface.cmake), so that the host can refuse it without
# loading code: this is a C++ ABI.
#
# Outside of Orrery's tree, after find_package(Orrery): a view without jobs, put into the user's folder of plugins
# (ORRERY_PLUGIN_DIR), where the program finds it, also while it runs. See OrreryConfig.cmake.in.
#
# Metadata: id, name, version, word and icon (rail), order (place in the rail), summary, optionally selfTest
# (a SelfTestJob, see orrery/self_test.h; it must succeed before the page joins the rail).

set(ORRERY_SDK_VERSION 4) # with kSdkVersion in plugins/sdk/orrery/plugin.h; for large changes, small ones show in the hash
if(NOT Orrery_DIR) # else: a plugin of somebody's own, and OrreryConfig.cmake has set what differs
  include(OrreryInstall)
  set(ORRERY_PLUGIN_DIR ${CMAKE_BINARY_DIR}/lib/orrery/plugins)
endif()
set(_orrery_plugin_cmake_dir ${CMAKE_CURRENT_LIST_DIR})

function(orrery_torch_version out)
  set(version "")
  set(header "${ORRERY_TORCH_INCLUDE_DIR}/torch/headeronly/version.h")
  if(EXISTS "${header}")
    file(STRINGS "${header}" lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
    string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
    list(JOIN numbers "." version)
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Puts the stamped metadata into <file>. SDK, INTERFACE, ENGINE, QT and TORCH are for the tests, which make plugins that do not fit.
function(orrery_stamp_metadata source file)
  cmake_parse_arguments(ARG "" "SDK;INTERFACE;ENGINE;QT;TORCH;JOBS" "" ${ARGN})
  if(NOT DEFINED ARG_SDK)
    set(ARG_SDK ${ORRERY_SDK_VERSION})
  endif()
  foreach(part INTERFACE ENGINE)
    if(NOT DEFINED ARG_${part})
      set(ARG_${part} ${ORRERY_${part}_ID})
    endif()
  endforeach()
  if(NOT DEFINED ARG_QT)
    set(ARG_QT ${Qt6Core_VERSION})
  endif()
  if(NOT DEFINED ARG_TORCH)
    orrery_torch_version(ARG_TORCH)
  endif()
  file(READ ${source} metadata)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  string(JSON metadata SET "${metadata}" sdk ${ARG_SDK})
  string(JSON metadata SET "${metadata}" interface "\"${ARG_INTERFACE}\"")
  string(JSON metadata SET "${metadata}" qt "\"${ARG_QT}\"")
  if(ARG_JOBS)
    string(JSON metadata SET "${metadata}" torch "\"${ARG_TORCH}\"")
    string(JSON metadata SET "${metadata}" engine "\"${ARG_ENGINE}\"")
    string(JSON metadata SET "${metadata}" jobs "\"${ARG_JOBS}\"")
  endif()
  if(Orrery_DIR) # the window offers to build it again, and to open its folder
    string(JSON metadata SET "${metadata}" source "\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  endif()
  file(CONFIGURE OUTPUT ${file} CONTENT "${metadata}\n" @ONLY)
endfunction()

function(orrery_add_plugin name)
  # OUTPUT, SDK, INTERFACE, ENGINE, QT, TORCH and CLAIM_JOBS are for the tests, which make plugins that do not fit.
  cmake_parse_arguments(ARG "" "METADATA;OUTPUT;SDK;INTERFACE;ENGINE;QT;TORCH;CLAIM_JOBS" "VIEW;JOBS;VIEW_LIBS;JOBS_LIBS"
    ${ARGN})
  if(NOT ARG_METADATA OR NOT ARG_VIEW)
    message(FATAL_ERROR "orrery_add_plugin(${name}): METADATA and VIEW are needed")
  endif()
  if(Orrery_DIR AND ARG_JOBS)
    message(FATAL_ERROR "orrery_add_plugin(${name}): JOBS need LibTorch and the engine's headers, which the package of the \
SDK leaves out; build plugins with jobs inside Orrery's source tree, below plugins/")
  endif()
  set(output ${ORRERY_PLUGIN_DIR})
  if(ARG_OUTPUT)
    set(output ${ARG_OUTPUT})
  endif()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}_entry)
  set(stamp "")
  foreach(part SDK INTERFACE ENGINE QT TORCH)
    if(DEFINED ARG_${part})
      list(APPEND stamp ${part} ${ARG_${part}})
    endif()
  endforeach()
  if(ARG_JOBS)
    list(APPEND stamp JOBS orrery_jobs_${name})
  elseif(ARG_CLAIM_JOBS)
    list(APPEND stamp JOBS ${ARG_CLAIM_JOBS})
  endif()
  get_filename_component(metadata ${ARG_METADATA} ABSOLUTE)
  orrery_stamp_metadata(${metadata} ${generated}/metadata.json ${stamp})
  set(ORRERY_PLUGIN_NAME ${name})
  configure_file(${_orrery_plugin_cmake_dir}/plugin_entry.cpp.in ${generated}/plugin_entry.cpp @ONLY)

  add_library(orrery_plugin_${name} MODULE ${ARG_VIEW} ${generated}/plugin_entry.cpp)
  # Every copy of a library that is loaded again has variables of its own, also those of inline functions.
  target_compile_options(orrery_plugin_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  if(Orrery_DIR)
    orrery_deliver_plugin(orrery_plugin_${name} ${generated} ${ARG_VIEW_LIBS})
    return()
  endif()
  orrery_target(orrery_plugin_${name})
  set_target_properties(orrery_plugin_${name} PROPERTIES AUTOMOC ON PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${output}
    BUILD_RPATH "\$ORIGIN/../..")
  set_property(SOURCE ${generated}/plugin_entry.cpp APPEND PROPERTY OBJECT_DEPENDS ${generated}/metadata.json)
  # The object of a unity build would not know of that, and keep the old metadata for one build.
  set_property(SOURCE ${generated}/plugin_entry.cpp PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(orrery_plugin_${name} PRIVATE orrery_sdk ${ARG_VIEW_LIBS})
  if(NOT ARG_OUTPUT)
    orrery_install(orrery_plugin_${name} lib/orrery/plugins "$ORIGIN/.." "$ORIGIN/../..")
  endif()

  if(ARG_JOBS)
    add_library(orrery_jobs_${name} MODULE ${ARG_JOBS})
    orrery_target(orrery_jobs_${name})
    set_target_properties(orrery_jobs_${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${output}
      BUILD_RPATH "\$ORIGIN/../..")
    target_link_libraries(orrery_jobs_${name} PRIVATE orrery_engine ${ARG_JOBS_LIBS})
    add_dependencies(orrery_plugin_${name} orrery_jobs_${name}) # the view's metadata speaks for both
    if(NOT ARG_OUTPUT)
      orrery_install(orrery_jobs_${name} lib/orrery/plugins "$ORIGIN/.." "$ORIGIN/../.." LIBTORCH)
    endif()
  endif()
endfunction()
