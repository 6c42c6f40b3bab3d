# SPDX-License-Identifier: Apache-2.0
# orrery_add_test(<name> SOURCES … [LIBS …] [LABELS unit|model|window] [SECONDS …])
# A QtTest program; found by CTest under <name>. AUTOMOC runs, so `#include "<file>.moc"` stands at the end of its source.
# SECONDS is how long it may take before it counts as stuck, 300 if not said; with a sanitizer five times that.

if(ORRERY_BUILD_TESTS)
  find_package(Qt6 REQUIRED COMPONENTS Core Test)
endif()

function(orrery_add_test name)
  cmake_parse_arguments(ARG "" "SECONDS" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  orrery_target(${name})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS
    ORRERY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ORRERY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} Qt6::Core Qt6::Test)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_SECONDS)
    set(ARG_SECONDS 300)
  endif()
  if(ORRERY_SANITIZE)
    math(EXPR ARG_SECONDS "${ARG_SECONDS} * 5")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_SECONDS}
    # A developer's own settings must not change what a test sees.
    ENVIRONMENT "QTEST_FUNCTION_TIMEOUT=${ARG_SECONDS}000;XDG_CONFIG_HOME=${CMAKE_BINARY_DIR}/tests/config;XDG_DATA_HOME=${CMAKE_BINARY_DIR}/tests/data;ORRERY_MODELS=${CMAKE_SOURCE_DIR}/resources/models")
endfunction()
