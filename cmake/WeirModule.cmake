# weir_module(NAME [DEPS folder...] [LIBS target...] [TEST_LIBS target...] [ALONE source... [ALONE_DEPS folder...]])
#
# A folder of src/ is a library weir_NAME (alias weir::NAME) of all its *.cc, except
#   *_test.cc   one GoogleTest executable test_NAME, registered in ctest,
#   *_bench.cc, *_fuzz.cc   which bench/ and fuzz/ take,
#   main.cc     an executable: `weir` for cli, `weir-NAME` for any other folder.
# DEPS are folders below this one (cmake/layers.txt), LIBS outside libraries, TEST_LIBS what only the tests need.
# ALONE names sources of a high folder (without .cc) that need little of what the folder needs: they become a library
# weir_NAME_alone, their tests a program test_NAME_alone, so that a sanitizer or a fuzzer that reads these few has not
# to compile half of the house. ALONE_DEPS are among DEPS, or the ALONE of one of them: FOLDER_alone.
function(weir_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPS;LIBS;TEST_LIBS;ALONE;ALONE_DEPS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weir_module(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|_fuzz|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  set(links)
  foreach(dep IN LISTS arg_DEPS)
    if(TARGET weir_${dep})
      list(APPEND links weir_${dep})
    else()
      message(STATUS "src/${name}: waits for src/${dep}, which is not there")
    endif()
  endforeach()
  list(APPEND links ${arg_LIBS})

  if(arg_ALONE)
    set(alone)
    set(alone_tests)
    foreach(stem IN LISTS arg_ALONE)
      list(APPEND alone "${CMAKE_CURRENT_SOURCE_DIR}/${stem}.cc")
      if("${CMAKE_CURRENT_SOURCE_DIR}/${stem}_test.cc" IN_LIST tests)
        list(APPEND alone_tests "${CMAKE_CURRENT_SOURCE_DIR}/${stem}_test.cc")
      endif()
    endforeach()
    list(REMOVE_ITEM sources ${alone})
    list(REMOVE_ITEM tests ${alone_tests})
    list(TRANSFORM arg_ALONE_DEPS PREPEND weir_ OUTPUT_VARIABLE alone_links)
    add_library(weir_${name}_alone STATIC ${alone})
    target_link_libraries(weir_${name}_alone PUBLIC weir_options ${alone_links} ${arg_LIBS})
    target_include_directories(weir_${name}_alone PUBLIC "${PROJECT_SOURCE_DIR}/src")
    list(PREPEND links weir_${name}_alone)
    if(WEIR_TESTS AND alone_tests)
      weir_test(${name}_alone SOURCES ${alone_tests} LIBS weir_${name}_alone)
    endif()
  endif()

  if(sources)
    add_library(weir_${name} STATIC ${sources})
    target_link_libraries(weir_${name} PUBLIC weir_options ${links})
    target_include_directories(weir_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  else()
    add_library(weir_${name} INTERFACE)
    target_link_libraries(weir_${name} INTERFACE weir_options ${links})
    target_include_directories(weir_${name} INTERFACE "${PROJECT_SOURCE_DIR}/src")
  endif()
  add_library(weir::${name} ALIAS weir_${name})

  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
    set(program weir-${name})
    if(name STREQUAL "cli")
      set(program weir)
    endif()
    add_executable(${program} main.cc)
    target_link_libraries(${program} PRIVATE weir_${name})
    weir_allocate(${program})
  endif()

  if(WEIR_TESTS AND tests)
    weir_test(${name} SOURCES ${tests} LIBS weir_${name} ${arg_TEST_LIBS})
  endif()
endfunction()

# weir_test(NAME SOURCES file... LIBS target...): one executable test_NAME and one entry of ctest. It runs in the
# root of the source tree, and writes the count of its cases to test-results/NAME.json of the build folder.
function(weir_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  set(sources)
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE path)
    if(EXISTS "${path}")
      list(APPEND sources "${source}")
    elseif(DEFINED ENV{CI})
      message(SEND_ERROR "test ${name}: ${source} is not there")
    else()
      # Half-done work in one folder keeps nobody from building the others.
      message(WARNING "test ${name}: ${source} is not there")
    endif()
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE ${arg_LIBS} GTest::gmock GTest::gtest_main)
  # Assertions take a compiler long to optimise and a run no time: what they assert of is optimised in full.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  weir_allocate(test_${name})
  if(TARGET rapidcheck)
    target_link_libraries(test_${name} PRIVATE rapidcheck)
    target_compile_definitions(test_${name} PRIVATE WEIR_HAS_RAPIDCHECK=1)
  endif()
  add_test(NAME ${name}
    COMMAND test_${name} "--gtest_output=json:${CMAKE_BINARY_DIR}/test-results/${name}.json" --gtest_brief=1
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT 1800
    ENVIRONMENT "WEIR_SOURCE_DIR=${PROJECT_SOURCE_DIR};WEIR_BUILD_DIR=${CMAKE_BINARY_DIR}")
endfunction()
