// Looks for heads in pictures and says what was found and what it cost.
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "evidence/head_finder.h"
#include "evidence/paint.h"

namespace {

using xunjie::evidence::HeadFinder;

double cpu_ms() {
  std::timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

int look_at(const std::filesystem::path& file, const std::filesystem::path& out) {
  cv::Mat picture = cv::imread(file.string());
  if (picture.empty()) {
    std::cerr << file << " is not a picture\n";
    return 1;
  }
  std::cout << "{\"picture\":" << file.filename() << ",\"width\":" << picture.cols
            << ",\"height\":" << picture.rows;
  std::vector<cv::Rect> heads;
  for (const auto& [name, effort] : {std::pair{"brisk", HeadFinder::Effort::brisk},
                                     std::pair{"thorough", HeadFinder::Effort::thorough}}) {
    auto finder = HeadFinder::load("/usr/share/opencv4", effort);
    if (!finder.ok()) {
      std::cerr << finder.error().message << '\n';
      return 1;
    }
    const double begun = cpu_ms();
    heads = finder->find(picture);
    std::cout << ",\"" << name << "\":{\"regions\":" << heads.size()
              << ",\"cpu_ms\":" << static_cast<int>(cpu_ms() - begun) << "}";
  }
  std::cout << "}\n";
  if (out.empty()) return 0;
  xunjie::evidence::blur(picture, heads);
  return cv::imwrite((out / (file.stem().string() + ".jpg")).string(), picture) ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  std::filesystem::path out;
  int first = 1;
  if (count > 2 && std::string(values[1]) == "--out") {
    out = values[2];
    std::filesystem::create_directories(out);
    first = 3;
  }
  int failed = 0;
  for (int i = first; i < count; ++i) failed += look_at(values[i], out);
  return failed == 0 ? 0 : 1;
}
