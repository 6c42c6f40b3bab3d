# SPDX-License-Identifier: Apache-2.0
# find_package(Orrery) for plugins outside of this tree: from the build folder and from an installation, which have the
# same layout below lib/cmake/Orrery. Holds no LibTorch: a view sees Qt and the SDK.
include(CMakePackageConfigHelpers)
set(package lib/cmake/Orrery)
set(cmake_dir ${CMAKE_SOURCE_DIR}/packaging/cmake)

install(EXPORT OrrerySdk NAMESPACE Orrery:: DESTINATION ${package})
export(EXPORT OrrerySdk NAMESPACE Orrery:: FILE ${CMAKE_BINARY_DIR}/${package}/OrrerySdk.cmake)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/${package}/OrreryConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
foreach(file OrreryConfig.cmake OrreryPlugin.cmake plugin_entry.cpp.in)
  configure_file(${cmake_dir}/${file} ${CMAKE_BINARY_DIR}/${package}/${file} COPYONLY)
  install(FILES ${cmake_dir}/${file} DESTINATION ${package})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/${package}/OrreryConfigVersion.cmake
  ${CMAKE_BINARY_DIR}/${package}/OrreryInterfaceId.cmake DESTINATION ${package})

# Headers that a view sees, at the paths by which it includes them.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/plugins/sdk/orrery DESTINATION include/orrery-sdk FILES_MATCHING PATTERN "*.h")
foreach(folder engine/api engine/core widgets)
  get_filename_component(parent ${folder} DIRECTORY)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} DESTINATION include/orrery-sdk/${parent} FILES_MATCHING PATTERN "*.h"
    PATTERN "internal" EXCLUDE PATTERN "imgui" EXCLUDE) # know OpenGL and Dear ImGui
endforeach()
