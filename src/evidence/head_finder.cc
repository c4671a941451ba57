#include "evidence/head_finder.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

namespace xunjie::evidence {
namespace {

// Narrower pictures are enlarged: the people detectors see nobody below 96 pixels.
constexpr int kLeastWidth = 960;
constexpr double kFaceStep = 1.15;
constexpr double kMostScale = 3;
constexpr double kSearchPixels = 2e6;

// The cost of faces is nearly all in the smallest ones, and who shows the side of a face that
// small mostly shows a body too, which the people detectors find for a fraction of it.
struct Search {
  int width_most;  // pixels of the searched picture, like the faces below
  int frontal_least;
  int profile_least;
  double people_step;
  const char* frontal;
  const char* profile;
};

constexpr Search kThorough{1280,
                           20,
                           32,
                           1.1,
                           "haarcascades/haarcascade_frontalface_alt2.xml",
                           "haarcascades/haarcascade_profileface.xml"};
constexpr Search kBrisk{960,
                        24,
                        32,
                        1.15,
                        "lbpcascades/lbpcascade_frontalface_improved.xml",
                        "lbpcascades/lbpcascade_profileface.xml"};

const Search& search_of(HeadFinder::Effort effort) {
  return effort == HeadFinder::Effort::thorough ? kThorough : kBrisk;
}

// Both detectors were trained with a margin around the person: a sixth of the width, an eighth of
// the height.
constexpr double kMarginX = 1.0 / 6, kMarginY = 1.0 / 8;

cv::HOGDescriptor large_people() {
  cv::HOGDescriptor hog;  // 64×128, Dalal and Triggs
  hog.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
  return hog;
}

cv::HOGDescriptor small_people() {
  cv::HOGDescriptor hog(cv::Size(48, 96), cv::Size(16, 16), cv::Size(8, 8), cv::Size(8, 8), 9);
  hog.setSVMDetector(cv::HOGDescriptor::getDaimlerPeopleDetector());
  return hog;
}

cv::Rect without_margin(const cv::Rect& found) {
  const int x = static_cast<int>(found.width * kMarginX);
  const int y = static_cast<int>(found.height * kMarginY);
  return {found.x + x, found.y + y, found.width - 2 * x, found.height - 2 * y};
}

cv::Rect grown(const cv::Rect& face) {
  const int x = face.width / 5, y = face.height / 4;
  return {face.x - x, face.y - y, face.width + 2 * x, face.height + 2 * y};
}

// Bounded also for pictures of a strange shape, on which OpenCV would run out of integers.
double search_scale(const cv::Size& picture, int width_most) {
  const double wanted =
      static_cast<double>(std::clamp(picture.width, kLeastWidth, width_most)) / picture.width;
  const double fitting = std::sqrt(kSearchPixels / (1.0 * picture.width * picture.height));
  return std::min({wanted, fitting, kMostScale});
}

Result<cv::CascadeClassifier> load_cascade(const std::filesystem::path& file) {
  cv::CascadeClassifier cascade;
  if (std::filesystem::exists(file) && cascade.load(file.string())) return cascade;
  return make_error(ErrorCode::not_found,
                    "缺少人脸特征文件 " + file.string() + "，请安装软件包 opencv-data", "cascades");
}

}  // namespace

cv::Rect head_of(const cv::Rect& person) {
  // A head is an eighth to a sixth of a standing body; a bowed or cut-off one sits lower and aside.
  const double w = person.width, h = person.height;
  return {person.x + static_cast<int>(0.1 * w), person.y - static_cast<int>(0.06 * h),
          static_cast<int>(0.8 * w), static_cast<int>(0.32 * h)};
}

struct HeadFinder::Body {
  Search search = kThorough;
  cv::CascadeClassifier frontal, profile;
  cv::HOGDescriptor large = large_people(), small = small_people();

  static void find_faces(cv::CascadeClassifier& cascade, const cv::Mat& grey, int least,
                         std::vector<cv::Rect>& heads) {
    if (std::min(grey.cols, grey.rows) < least) return;
    std::vector<cv::Rect> found;
    cascade.detectMultiScale(grey, found, kFaceStep, 2, 0, cv::Size(least, least));
    for (const auto& face : found) heads.push_back(grown(face));
  }

  // The cascade knows left profiles only: the mirrored picture shows it the right ones.
  void find_profiles(const cv::Mat& grey, std::vector<cv::Rect>& heads) {
    find_faces(profile, grey, search.profile_least, heads);
    cv::Mat mirrored;
    cv::flip(grey, mirrored, 1);
    std::vector<cv::Rect> right;
    find_faces(profile, mirrored, search.profile_least, right);
    for (const auto& head : right)
      heads.emplace_back(grey.cols - head.x - head.width, head.y, head.width, head.height);
  }

  void find_people(const cv::Mat& grey, std::vector<cv::Rect>& heads) const {
    std::vector<cv::Rect> found;
    for (const auto* hog : {&large, &small}) {
      if (grey.cols < hog->winSize.width || grey.rows < hog->winSize.height) continue;
      hog->detectMultiScale(grey, found, 0, cv::Size(8, 8), cv::Size(), search.people_step, 1);
      for (const auto& person : found) heads.push_back(head_of(without_margin(person)));
    }
  }
};

HeadFinder::HeadFinder(std::unique_ptr<Body> body) : body_(std::move(body)) {}
HeadFinder::HeadFinder(HeadFinder&&) noexcept = default;
HeadFinder& HeadFinder::operator=(HeadFinder&&) noexcept = default;
HeadFinder::~HeadFinder() = default;

Result<HeadFinder> HeadFinder::load(const std::filesystem::path& cascades, Effort effort) {
  auto body = std::make_unique<Body>();
  body->search = search_of(effort);
  XUNJIE_TRY(frontal, load_cascade(cascades / body->search.frontal));
  XUNJIE_TRY(profile, load_cascade(cascades / body->search.profile));
  body->frontal = frontal;
  body->profile = profile;
  return HeadFinder(std::move(body));
}

std::vector<cv::Rect> HeadFinder::find(const cv::Mat& bgr) {
  const double scale = search_scale(bgr.size(), body_->search.width_most);
  cv::Mat grey;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  const cv::Size searched(std::max(1, static_cast<int>(bgr.cols * scale)),
                          std::max(1, static_cast<int>(bgr.rows * scale)));
  if (scale != 1)
    cv::resize(grey, grey, searched, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  std::vector<cv::Rect> heads;
  Body::find_faces(body_->frontal, grey, body_->search.frontal_least, heads);
  body_->find_profiles(grey, heads);
  body_->find_people(grey, heads);
  const cv::Rect whole(0, 0, bgr.cols, bgr.rows);
  std::vector<cv::Rect> out;
  for (const auto& head : heads) {
    const cv::Rect placed = cv::Rect(static_cast<int>(std::floor(head.x / scale)),
                                     static_cast<int>(std::floor(head.y / scale)),
                                     static_cast<int>(std::ceil(head.width / scale)),
                                     static_cast<int>(std::ceil(head.height / scale))) &
                            whole;
    if (!placed.empty()) out.push_back(placed);
  }
  return out;
}

}  // namespace xunjie::evidence
