#include "app/jpeg_size.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xunjie::app {
namespace {

std::optional<PixelSize> size_of(const std::string& bytes) {
  return jpeg_size(std::as_bytes(std::span(bytes)));
}

std::string start() {
  return "\xff\xd8";
}

std::string segment(char marker, const std::string& body) {
  const std::size_t length = body.size() + 2;
  return std::string("\xff") + marker + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xff) + body;
}

// Precision, height, width, one component.
std::string frame(int width, int height) {
  std::string body = "\x08";
  for (const int side : {height, width}) {
    body += static_cast<char>(side >> 8);
    body += static_cast<char>(side & 0xff);
  }
  return body + std::string("\x01\x01\x11\x00", 4);
}

TEST(JpegSize, StandsInTheFrameHeaderAfterOtherSegments) {
  const std::string file = start() + segment('\xe0', "JFIF stuff") + segment('\xfe', "a comment") +
                           segment('\xc0', frame(1920, 1080)) + "scan";
  EXPECT_EQ(size_of(file), (PixelSize{1920, 1080}));
}

TEST(JpegSize, KnowsProgressiveFramesAndFillBytes) {
  EXPECT_EQ(size_of(start() + "\xff\xff" + segment('\xc2', frame(300, 40000))),
            (PixelSize{300, 40000}));
}

TEST(JpegSize, TakesNoHuffmanTableForAFrame) {
  const std::string file =
      start() + segment('\xc4', frame(7, 7)) + segment('\xc0', frame(640, 480)) + "scan";
  EXPECT_EQ(size_of(file), (PixelSize{640, 480}));
}

TEST(JpegSize, SaysNothingOfWhatIsNoJpegOrHasNoSize) {
  EXPECT_FALSE(size_of(""));
  EXPECT_FALSE(size_of("\x89PNG\r\n\x1a\n and so on"));
  EXPECT_FALSE(size_of(start() + segment('\xda', "scan without a frame")));
  EXPECT_FALSE(size_of(start() + segment('\xc0', frame(0, 480))));
  EXPECT_FALSE(size_of(start() + "\xff\xe0" + std::string(2, '\0') + "a length of nothing"));
  EXPECT_FALSE(size_of(start() + "no marker"));
}

TEST(JpegSize, NeverReadsBeyondAFileThatIsCutOff) {
  const std::string whole = start() + segment('\xe0', "JFIF") + segment('\xc0', frame(640, 480));
  const std::size_t known = whole.size() - 4;  // the size is complete, the rest does not matter
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // A copy of exactly this length, so that the sanitizer sees a read beyond it.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(jpeg_size(std::as_bytes(std::span(cut))).has_value(), length >= known) << length;
  }
}

}  // namespace
}  // namespace xunjie::app
