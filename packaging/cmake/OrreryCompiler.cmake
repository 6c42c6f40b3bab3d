# SPDX-License-Identifier: Apache-2.0
# Compiler settings that every target of Orrery shares: orrery_target(<target>).

find_program(ORRERY_CCACHE ccache)
if(ORRERY_CCACHE)
  # Precompiled headers and ccache agree only with these sloppiness settings, and only when headers are compared byte by
  # byte (depend mode): text after the preprocessor is the same when a comment changed, the precompiled header is not.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ORRERY_CCACHE})
endif()
find_program(ORRERY_MOLD mold)
if(ORRERY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)

# The tree is the include root: #include "engine/core/job.h".
function(orrery_target target)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-missing-field-initializers
    # GCC 12 sees overflows and overlaps in inlined std::string code that are not there (GCC bugs 105329, 105651).
    -Wno-stringop-overflow -Wno-restrict
    $<$<BOOL:${ORRERY_WERROR}>:-Werror>
    # Bits must repeat: no fused multiply-add that one compiler makes and another does not.
    -ffp-contract=off
    # Needed by ccache with precompiled headers.
    -fpch-preprocess)
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET default)
  if(ORRERY_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${ORRERY_SANITIZE} -fno-omit-frame-pointer -g1)
    target_link_options(${target} PUBLIC -fsanitize=${ORRERY_SANITIZE})
    # GCC 12 takes its own std::regex for uninitialised memory where a sanitizer stands between.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
