# One folder, one static library.
#
#   xunjie_module(NAME store                        # target xunjie_store, built from src/store
#     SOURCES store.cc store.h …                    # relative to the folder; headers only → INTERFACE library
#     DEPENDS domain ports                          # other modules, by folder name; public
#     PRIVATE_LIBS SQLite::SQLite3                  # outside libraries no header of the module shows
#     PUBLIC_LIBS …)                                # outside libraries its headers do show (avoid)
#
#   xunjie_tests(NAME store_tests                   # GoogleTest program, every case known to ctest
#     SOURCES store_test.cc …
#     LIBS xunjie_store …                           # modules and libraries
#     LABEL unit)                                   # ctest label, default unit
#
#   xunjie_executable(NAME xunjie SOURCES … LIBS …) # a program in build/<preset>/bin
#
#   xunjie_fuzz(NAME time_fuzz SOURCES … LIBS …)    # libFuzzer target; only with the preset fuzz
#
# Includes are written from src/: #include "domain/ids.h".

include(GoogleTest)

# Warnings hold for our own code only.
function(xunjie_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -Wthread-safety -Wno-missing-field-initializers)
  else()
    # Designated initialisers that leave defaults to the struct are our normal way to fill options.
    target_compile_options(${target} PRIVATE -Wno-missing-field-initializers)
  endif()
  if(XUNJIE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
    if(XUNJIE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # With sanitizers g++ 12 sees uninitialised reads in its own std::optional and std::variant.
      target_compile_options(${target} PRIVATE -Wno-error=maybe-uninitialized)
    endif()
    if(XUNJIE_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Asio synchronises its scheduler with fences, which g++ says it cannot follow.
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
  endif()
endfunction()

function(xunjie_module)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS;PRIVATE_LIBS;PUBLIC_LIBS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT ARG_SOURCES)
    message(FATAL_ERROR "xunjie_module(${ARG_NAME}): needs NAME and SOURCES; not understood: "
      "${ARG_UNPARSED_ARGUMENTS}")
  endif()
  set(target xunjie_${ARG_NAME})
  list(TRANSFORM ARG_DEPENDS PREPEND xunjie_)

  set(compiled ${ARG_SOURCES})
  list(FILTER compiled EXCLUDE REGEX "\\.(h|inc)$")
  if(NOT compiled)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(${target} INTERFACE ${ARG_DEPENDS} ${ARG_PUBLIC_LIBS})
    return()
  endif()

  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(${target}
    PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC_LIBS}
    PRIVATE ${ARG_PRIVATE_LIBS} Threads::Threads)
  xunjie_warnings(${target})
endfunction()

function(xunjie_executable)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBS} Threads::Threads)
  xunjie_warnings(${ARG_NAME})
endfunction()

function(xunjie_tests)
  cmake_parse_arguments(ARG "" "NAME;LABEL" "SOURCES;LIBS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT ARG_SOURCES)
    message(FATAL_ERROR "xunjie_tests(${ARG_NAME}): needs NAME and SOURCES; not understood: "
      "${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT XUNJIE_TESTS)
    return()
  endif()
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_compile_definitions(${ARG_NAME} PRIVATE XUNJIE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${ARG_NAME} PRIVATE
    ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gmock_main Threads::Threads)
  xunjie_warnings(${ARG_NAME})
  # PRE_TEST: the program is asked for its cases when ctest runs, not while building.
  gtest_discover_tests(${ARG_NAME}
    TEST_PREFIX ${ARG_NAME}.
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()

function(xunjie_fuzz)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBS" ${ARGN})
  if(NOT XUNJIE_FUZZ)
    return()
  endif()
  xunjie_executable(NAME ${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS})
  target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets ${ARG_NAME})
endfunction()
