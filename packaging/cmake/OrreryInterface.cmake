# SPDX-License-Identifier: Apache-2.0
# What a plugin was compiled against, as two numbers: a hash of the headers that views see, and one of the engine's, which
# jobs see. They are stamped into every plugin's metadata and compiled into the host (app/host/plugin_abi.cpp), which
# refuses a plugin with another one before any code of it is loaded: vtables and layouts are not what it expects. Nobody
# has to remember to raise a version. What is said in // comments does not count; any other change of a header does.
function(orrery_header_hash out)
  set(all "")
  foreach(folder ${ARGN})
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS LIST_DIRECTORIES false RELATIVE ${CMAKE_SOURCE_DIR}
      ${CMAKE_SOURCE_DIR}/${folder}/*.h)
    list(SORT headers)
    foreach(header ${headers})
      file(READ ${CMAKE_SOURCE_DIR}/${header} text)
      string(REGEX REPLACE "[ \t]*//[^\n]*" "" text "${text}")
      string(REGEX REPLACE "\n+" "\n" text "${text}")
      string(SHA256 hash "${text}")
      string(APPEND all "${header} ${hash}\n")
      set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${header})
    endforeach()
  endforeach()
  string(SHA256 hash "${all}")
  string(SUBSTRING ${hash} 0 12 hash)
  set(${out} ${hash} PARENT_SCOPE)
endfunction()

orrery_header_hash(ORRERY_INTERFACE_ID engine/api engine/core engine/files engine/units widgets plugins/sdk/orrery)
orrery_header_hash(ORRERY_ENGINE_ID engine)
# For plugins outside of this tree, built with the package of the SDK (see OrrerySdk.cmake).
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/lib/cmake/Orrery/OrreryInterfaceId.cmake
  CONTENT "set(ORRERY_INTERFACE_ID @ORRERY_INTERFACE_ID@) # see packaging/cmake/OrreryInterface.cmake\n" @ONLY)
