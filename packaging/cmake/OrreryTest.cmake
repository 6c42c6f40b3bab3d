# SPDX-License-Identifier: Apache-2.0
# orrery_add_test(<name> SOURCES … [LIBS …] [LABELS unit|model|window] [SECONDS …] [LOCK …] [SPLIT …])
# A QtTest program; found by CTest under <name>. AUTOMOC runs, so `#include "<file>.moc"` stands at the end of its source.
# Tests run side by side. One labelled `window` has a screen of its own.
# SECONDS is how long it may take before it counts as stuck, 300 if not said; with a sanitizer five times that.
# LOCK names something that only one test at a time may use: sound, the clock.
# SPLIT names functions; each is a test of its own, <name>.<function>, and the program has no others.

if(ORRERY_BUILD_TESTS)
  find_package(Qt6 REQUIRED COMPONENTS Core Test)
endif()

# orrery_test_settings(<name> <seconds> <labels>): what CTest has to know of any test.
function(orrery_test_settings name seconds labels)
  if(ORRERY_SANITIZE)
    math(EXPR seconds "${seconds} * 5")
  endif()
  set(home ${CMAKE_BINARY_DIR}/tests/home/${name})
  file(MAKE_DIRECTORY ${home})
  # Neither a developer's own settings nor another test may change what a test sees.
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${seconds}
    ENVIRONMENT "QTEST_FUNCTION_TIMEOUT=${seconds}000;XDG_CONFIG_HOME=${home}/config;XDG_DATA_HOME=${home}/data;XDG_CACHE_HOME=${home}/cache;ORRERY_MODELS=${CMAKE_SOURCE_DIR}/resources/models")
endfunction()

function(orrery_add_test name)
  cmake_parse_arguments(ARG "" "SECONDS;LOCK" "SOURCES;LIBS;LABELS;SPLIT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  orrery_target(${name})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS
    ORRERY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ORRERY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} Qt6::Core Qt6::Test)
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_SECONDS)
    set(ARG_SECONDS 300)
  endif()
  set(screen)
  if("window" IN_LIST ARG_LABELS)
    set(screen ${CMAKE_SOURCE_DIR}/tests/support/own_screen.sh)
  endif()
  set(tests)
  foreach(function ${ARG_SPLIT})
    add_test(NAME ${name}.${function} COMMAND ${screen} $<TARGET_FILE:${name}> ${function})
    list(APPEND tests ${name}.${function})
  endforeach()
  if(NOT tests)
    add_test(NAME ${name} COMMAND ${screen} $<TARGET_FILE:${name}>)
    set(tests ${name})
  endif()
  foreach(test ${tests})
    orrery_test_settings(${test} ${ARG_SECONDS} "${ARG_LABELS}")
    if(ARG_LOCK)
      set_tests_properties(${test} PROPERTIES RESOURCE_LOCK "${ARG_LOCK}")
    endif()
  endforeach()
endfunction()
