# OpenVINO, the engine of detectors, from its PyPI wheel: headers and libraries, no Python at run time.
# Looked for in .tools/openvino, where `./dev setup` puts it, then in the python3 on PATH. Without it the
# program is built all the same, judges by the zones' rules alone, and says so when it starts.
#
#   XUNJIE_OPENVINO          OFF builds without it on purpose
#   XUNJIE_OPENVINO_TARGET   openvino_runtime, or empty
#
# The wheel's own CMake package is not used: it sets compile flags for the whole project. Its C++ ABI is
# g++'s present one (_GLIBCXX_USE_CXX11_ABI=1), checked below in the package's own words.

option(XUNJIE_OPENVINO "Use OpenVINO for detectors where it is found" ON)
set(XUNJIE_OPENVINO_TARGET "")
set(XUNJIE_OPENVINO_LIBRARY "")

if(XUNJIE_OPENVINO)
  set(_roots "${CMAKE_SOURCE_DIR}/.tools/openvino/openvino")
  if(NOT EXISTS "${_roots}/cmake/OpenVINOConfig.cmake")
    execute_process(
      COMMAND python3 -c "from openvino.utils import get_cmake_path; print(get_cmake_path(), end='')"
      OUTPUT_VARIABLE _cmake_path ERROR_QUIET RESULT_VARIABLE _status)
    if(_status EQUAL 0 AND _cmake_path)
      get_filename_component(_roots "${_cmake_path}" DIRECTORY)
    endif()
  endif()
  file(GLOB _libraries "${_roots}/libs/libopenvino.so.*")
  if(_libraries AND EXISTS "${_roots}/include/openvino/openvino.hpp")
    file(STRINGS "${_roots}/cmake/OpenVINOConfig.cmake" _abi
      REGEX "^set\\(OpenVINO_GLIBCXX_USE_CXX11_ABI \"1\"\\)")
    if(_abi)
      list(GET _libraries 0 XUNJIE_OPENVINO_LIBRARY)
      add_library(openvino_runtime SHARED IMPORTED GLOBAL)
      # The run path is set from the library's place. Headers are given to the one source that needs
      # them (XUNJIE_OPENVINO_INCLUDE), so that no other is compiled anew.
      set_target_properties(openvino_runtime PROPERTIES IMPORTED_LOCATION "${XUNJIE_OPENVINO_LIBRARY}")
      set(XUNJIE_OPENVINO_INCLUDE "${_roots}/include")
      set(XUNJIE_OPENVINO_TARGET openvino_runtime)
    else()
      message(STATUS "OpenVINO at ${_roots} has another C++ ABI: not used")
    endif()
  endif()
endif()

if(XUNJIE_OPENVINO_LIBRARY)
  message(STATUS "Detectors: OpenVINO, ${XUNJIE_OPENVINO_LIBRARY}")
else()
  message(STATUS "Detectors: built without OpenVINO; the zones' rules alone decide")
endif()
