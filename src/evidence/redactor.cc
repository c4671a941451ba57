#include "evidence/redactor.h"

#include <opencv2/imgcodecs.hpp>

#include "evidence/clip_redactor.h"
#include "evidence/head_finder.h"
#include "evidence/paint.h"

namespace xunjie::evidence {
namespace {

constexpr double kPixelsMax = 64e6;
constexpr int kQuality = 85, kSmallQuality = 75;

Result<cv::Mat> read_picture(std::span<const std::byte> bytes) {
  const auto unreadable = [] {
    return make_error(ErrorCode::corrupt, "图片无法读取，不能生成对外副本");
  };
  if (bytes.empty()) return unreadable();
  const cv::Mat packed(1, static_cast<int>(bytes.size()), CV_8U,
                       const_cast<std::byte*>(bytes.data()));
  cv::Mat picture;
  try {
    picture = cv::imdecode(packed, cv::IMREAD_COLOR);
  } catch (const cv::Exception&) {  // OpenCV throws on sizes it refuses
    return unreadable();
  }
  if (picture.empty()) return unreadable();
  if (static_cast<double>(picture.cols) * picture.rows > kPixelsMax)
    return make_error(ErrorCode::too_large, "图片超过 6400 万像素，不能生成对外副本");
  return picture;
}

std::vector<std::byte> jpeg_of(const cv::Mat& picture, int quality) {
  std::vector<std::uint8_t> encoded;
  cv::imencode(".jpg", picture, encoded, {cv::IMWRITE_JPEG_QUALITY, quality});
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

class CascadeRedactor final : public ports::Redactor {
 public:
  explicit CascadeRedactor(RedactorOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::string version() const override { return "2"; }

  Result<std::vector<std::byte>> picture(std::span<const std::byte> original,
                                         const ports::PictureRecipe& recipe) override {
    XUNJIE_TRY(finder,
               HeadFinder::load(options_.cascades, recipe.quick ? HeadFinder::Effort::brisk
                                                                : HeadFinder::Effort::thorough));
    XUNJIE_TRY(picture, read_picture(original));
    blur(picture, finder.find(picture));  // before shrinking: small heads are found best in full
    shrink_to(picture, recipe.width_max);
    if (recipe.box) draw_box(picture, *recipe.box);
    return jpeg_of(picture, kQuality);
  }

  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte> copy,
                                           int width_max) override {
    XUNJIE_TRY(picture, read_picture(copy));
    shrink_to(picture, width_max);
    return jpeg_of(picture, kSmallQuality);
  }

  Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                      const ports::ClipRecipe& recipe) override {
    return redact_clip(original, recipe, options_.cascades);
  }

 private:
  const RedactorOptions options_;
};

}  // namespace

Result<std::unique_ptr<ports::Redactor>> make_redactor(const RedactorOptions& options) {
  for (const auto effort : {HeadFinder::Effort::thorough, HeadFinder::Effort::brisk}) {
    auto finder = HeadFinder::load(options.cascades, effort);
    if (!finder.ok()) return finder.error();
  }
  return std::unique_ptr<ports::Redactor>(std::make_unique<CascadeRedactor>(options));
}

}  // namespace xunjie::evidence
