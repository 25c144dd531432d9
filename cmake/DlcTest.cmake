# Tests: lit folders, GoogleTest binaries, Python scripts.

# One ctest lit/<layer>/<folder> for each second-level folder under test/ with
# lit tests in it or below; lit/<layer> where the tests lie in the first level.
# A new folder is seen by the next build. Those of many files start first, so that
# none is left alone at the end.
function(dlc_add_lit_tests)
  file(GLOB_RECURSE files RELATIVE ${DLC_TEST_SOURCE_DIR} CONFIGURE_DEPENDS
    ${DLC_TEST_SOURCE_DIR}/*.mlir ${DLC_TEST_SOURCE_DIR}/*.test)
  list(FILTER files EXCLUDE REGEX "Inputs/|^unit/")
  set(flat)
  foreach(file IN LISTS files)
    if(file MATCHES "^([^/]+)/[^/]+$")
      list(APPEND flat ${CMAKE_MATCH_1})
    endif()
  endforeach()
  set(folders ${flat})
  foreach(file IN LISTS files)
    if(file MATCHES "^([^/]+)/([^/]+)/" AND NOT CMAKE_MATCH_1 IN_LIST flat)
      list(APPEND folders ${CMAKE_MATCH_1}/${CMAKE_MATCH_2})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder IN LISTS folders)
    add_test(NAME lit/${folder}
      COMMAND ${DLC_PYTHON} -c "from lit.main import main; main()" -sv -j2 ${DLC_TEST_BINARY_DIR}/${folder})
    set(inside ${files})
    list(FILTER inside INCLUDE REGEX "^${folder}/")
    list(LENGTH inside count)
    set_tests_properties(lit/${folder} PROPERTIES LABELS lit COST ${count} TIMEOUT 600)
  endforeach()
endfunction()

# GoogleTest is built from Debian's sources, so that it matches our flags.
function(dlc_provide_googletest)
  if(TARGET dlc_gtest)
    return()
  endif()
  set(source /usr/src/googletest)
  if(NOT EXISTS ${source}/googletest/src/gtest-all.cc)
    message(FATAL_ERROR "GoogleTest's sources are missing: install googletest "
      "(Debian), or run `./dev build`")
  endif()
  find_package(Threads REQUIRED)
  add_library(dlc_gtest STATIC EXCLUDE_FROM_ALL
    ${source}/googletest/src/gtest-all.cc ${source}/googlemock/src/gmock-all.cc
    ${source}/googlemock/src/gmock_main.cc)
  target_include_directories(dlc_gtest SYSTEM
    PUBLIC ${source}/googletest/include ${source}/googlemock/include
    PRIVATE ${source}/googletest ${source}/googlemock)
  target_compile_options(dlc_gtest PRIVATE -w)
  target_link_libraries(dlc_gtest PUBLIC Threads::Threads)
endfunction()

# dlc_add_unit_test(nn-shapes SOURCES ShapesTest.cpp LINK dlc_nn)
# makes build/bin/unit/nn-shapes and the ctest unit/nn-shapes. COST: seconds under the
# sanitizers, where they are many; such tests start first.
function(dlc_add_unit_test name)
  cmake_parse_arguments(ARG "" "COST" "SOURCES;LINK" ${ARGN})
  dlc_provide_googletest()
  set(target unit-${name})
  add_executable(${target} ${ARG_SOURCES})
  dlc_configure_target(${target})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/unit)
  target_link_libraries(${target} PRIVATE ${ARG_LINK} dlc_gtest MLIR LLVM)
  add_test(NAME unit/${name} COMMAND ${target}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(unit/${name} PROPERTIES LABELS unit TIMEOUT 300
    ENVIRONMENT "ASAN_OPTIONS=${DLC_ASAN_OPTIONS}")
  if(ARG_COST)
    set_tests_properties(unit/${name} PROPERTIES COST ${ARG_COST})
  endif()
endfunction()

# dlc_add_script_test(layering/includes includes.py arg...) runs a Python
# script of the current folder from the repository's root.
function(dlc_add_script_test name script)
  add_test(NAME ${name}
    COMMAND ${DLC_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS script TIMEOUT 300
    ENVIRONMENT "ASAN_OPTIONS=${DLC_ASAN_OPTIONS}")
endfunction()
