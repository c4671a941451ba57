# Language level, output folders, ccache and the sanitizers: what holds for every target.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

option(XUNJIE_WERROR "Warnings in our own code are errors" OFF)
option(XUNJIE_TESTS "Build the unit tests" ON)
option(XUNJIE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(XUNJIE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=; empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

# Assertions stay on in what is shipped: an impossible state must stop the process, not travel on.
foreach(type IN ITEMS RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${type} "${CMAKE_CXX_FLAGS_${type}}")
endforeach()

find_program(XUNJIE_CCACHE ccache)
if(XUNJIE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${XUNJIE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${XUNJIE_CCACHE}")
endif()

if(XUNJIE_SANITIZE)
  add_compile_options(-fsanitize=${XUNJIE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${XUNJIE_SANITIZE})
endif()

# Hardening of what is run. _FORTIFY_SOURCE needs optimisation and quarrels with the sanitizers.
if(NOT XUNJIE_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
