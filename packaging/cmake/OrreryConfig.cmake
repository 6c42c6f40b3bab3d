# SPDX-License-Identifier: Apache-2.0
# find_package(Orrery REQUIRED): Orrery::Sdk, and orrery_add_plugin() for a view of one's own.
#
#   ORRERY_PLUGIN_DIR  where the plugin is put when it is built: the user's folder of plugins, unless set
cmake_minimum_required(VERSION 3.22)

find_package(Qt6 QUIET COMPONENTS Core Gui Widgets)
find_package(Threads QUIET)
find_path(ORRERY_EXPECTED_INCLUDE_DIR tl/expected.hpp)
mark_as_advanced(ORRERY_EXPECTED_INCLUDE_DIR)
set(_orrery_missing "")
if(NOT Qt6_FOUND OR NOT TARGET Qt6::Widgets)
  string(APPEND _orrery_missing "Qt's headers were not found; install them with 'sudo apt-get install qt6-base-dev'. ")
endif()
if(NOT ORRERY_EXPECTED_INCLUDE_DIR)
  string(APPEND _orrery_missing "The header tl/expected.hpp was not found; install it with 'sudo apt-get install libexpected-dev'. ")
endif()
if(NOT Threads_FOUND)
  string(APPEND _orrery_missing "The compiler cannot use threads; install it whole with 'sudo apt-get install g++'. ")
endif()
if(_orrery_missing)
  set(Orrery_FOUND FALSE)
  set(Orrery_NOT_FOUND_MESSAGE "${_orrery_missing}")
  return()
endif()

include(${CMAKE_CURRENT_LIST_DIR}/OrrerySdk.cmake)

set(_orrery_plugins "$ENV{ORRERY_PLUGINS}")
if(NOT _orrery_plugins)
  set(_orrery_data "$ENV{XDG_DATA_HOME}")
  if(NOT _orrery_data)
    set(_orrery_data "$ENV{HOME}/.local/share")
  endif()
  set(_orrery_plugins ${_orrery_data}/orrery/plugins)
endif()
set(ORRERY_PLUGIN_DIR ${_orrery_plugins} CACHE PATH "Where the built plugin is put, for Orrery to find it")

# Seconds matter while one edits and builds: little debugging, a fast linker, Qt's and the SDK's headers compiled once.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Debug)
endif()
find_program(ORRERY_MOLD mold)
mark_as_advanced(ORRERY_MOLD)

include(${CMAKE_CURRENT_LIST_DIR}/OrreryInterfaceId.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/OrreryPlugin.cmake)

# Ends orrery_add_plugin() outside of Orrery's tree. The library goes into the folder of plugins under its name only when
# it is whole, because a running Orrery watches that folder.
function(orrery_deliver_plugin target generated)
  set_target_properties(${target} PROPERTIES AUTOMOC ON PREFIX "" POSITION_INDEPENDENT_CODE ON
    # Its libraries are those of the program that loads it, wherever that lies.
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "")
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
  target_link_libraries(${target} PRIVATE Orrery::Sdk ${ARGN})
  target_precompile_headers(${target} PRIVATE <orrery/plugin.h>)
  if(ORRERY_MOLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_link_options(${target} PRIVATE -fuse-ld=mold)
  endif()
  set_property(SOURCE ${generated}/plugin_entry.cpp APPEND PROPERTY OBJECT_DEPENDS ${generated}/metadata.json)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E make_directory ${ORRERY_PLUGIN_DIR}
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:${target}> ${ORRERY_PLUGIN_DIR}/${target}.new
    COMMAND ${CMAKE_COMMAND} -E rename ${ORRERY_PLUGIN_DIR}/${target}.new ${ORRERY_PLUGIN_DIR}/$<TARGET_FILE_NAME:${target}>
    VERBATIM)
endfunction()
