# Every outside library, found once, all from Debian 12. docs/ref/dependencies.md gives the reason and
# licence of each. Imported targets are SYSTEM, so their headers raise no warnings.
#
#   Threads::Threads  OpenSSL::Crypto  OpenSSL::SSL  SQLite::SQLite3  CURL::libcurl  PkgConfig::SODIUM
#   Boost::headers  Boost::json  Boost::url  fmt::fmt  spdlog::spdlog  CLI11::CLI11  prometheus-cpp::core
#   EXPAT::EXPAT  PkgConfig::FFMPEG  opencv_core  opencv_imgproc  opencv_imgcodecs  opencv_objdetect
#   GTest::gtest  GTest::gmock

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS headers json url)
find_package(fmt REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(EXPAT REQUIRED)
find_package(GTest REQUIRED CONFIG)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)

include(XunjieOpenVINO)

# Debian ships OpenCV's CMake package only with libopencv-dev, which pulls in half a gigabyte of modules
# not used here; four modules and their include folder are all that is needed.
foreach(module IN ITEMS core imgproc imgcodecs objdetect)
  find_library(XUNJIE_OPENCV_${module} opencv_${module} REQUIRED)
  add_library(opencv_${module} SHARED IMPORTED GLOBAL)
  set_target_properties(opencv_${module} PROPERTIES
    IMPORTED_LOCATION "${XUNJIE_OPENCV_${module}}"
    INTERFACE_INCLUDE_DIRECTORIES /usr/include/opencv4)
endforeach()
target_link_libraries(opencv_imgproc INTERFACE opencv_core)
target_link_libraries(opencv_imgcodecs INTERFACE opencv_imgproc)
target_link_libraries(opencv_objdetect INTERFACE opencv_imgproc)
