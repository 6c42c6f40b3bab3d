# SPDX-License-Identifier: Apache-2.0
# orrery_install(<target> <destination> <run path…> [LIBTORCH] [EXPORT <set>])
#
# Installs a target with run paths relative to itself, and uses the same ones in the build folder. Left to itself CMake
# leaves room for the later path by ending the one of the build folder in ":", an empty entry that means the current
# folder: a library lying in somebody's downloads would be loaded.
#
# LIBTORCH: the target links Orrery::Torch, which adds the wheel's folder for the build; an installation holds copies of
# LibTorch's libraries, so the wheel's folder goes.
#
# EXPORT: find_package(Orrery) knows the target.
function(orrery_install target destination)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "LIBTORCH" "EXPORT" "")
  set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "${ARG_UNPARSED_ARGUMENTS}")
  set(export "")
  if(ARG_EXPORT)
    set(export EXPORT ${ARG_EXPORT})
  endif()
  install(TARGETS ${target} ${export} RUNTIME DESTINATION ${destination} LIBRARY DESTINATION ${destination})
  if(ARG_LIBTORCH)
    list(JOIN ARG_UNPARSED_ARGUMENTS ":" run_path)
    string(REPLACE "$" "\\$" run_path "${run_path}")
    install(CODE "file(RPATH_CHANGE FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${destination}/$<TARGET_FILE_NAME:${target}>\"
      OLD_RPATH \"${ORRERY_TORCH_LIB_DIR}:${run_path}\" NEW_RPATH \"${run_path}\")")
  endif()
endfunction()
