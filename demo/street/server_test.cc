// The server over real sockets, with real packets.
#include "server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace xunjie::street {
namespace {

int dial(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  // A reply that never comes fails the test instead of hanging it.
  const timeval patience{20, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    format_.size = {64, 64};
    auto server =
        Server::listen({format_}, 0, 0, [](const std::string& line) { return "<" + line + ">"; });
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(server).value();
    stop_ = eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] { server_->run(stop_); });
    encoder_ = std::move(Encoder::open(format_)).value();
  }
  void TearDown() override {
    const uint64_t one = 1;
    EXPECT_EQ(write(stop_, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
    close(stop_);
  }
  std::shared_ptr<const Packet> packet(int64_t frame) {
    const cv::Mat grey(96, 64, CV_8UC1, cv::Scalar(static_cast<double>(frame * 5 % 200)));
    return std::make_shared<const Packet>(std::move(encoder_->encode(grey, frame)).value());
  }
  VideoFormat format_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Encoder> encoder_;
  std::thread thread_;
  int stop_ = -1;
};

// True when an H.264 unit of `type` occurs in the bytes.
bool has_unit(const std::string& bytes, int type) {
  for (size_t i = 0; i + 3 < bytes.size(); ++i) {
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1 && (bytes[i + 3] & 0x1F) == type)
      return true;
  }
  return false;
}

TEST_F(ServerTest, AViewerStartsAtAKeyframeWithItsTables) {
  const int viewer = dial(server_->ports()[0]);
  const int control = dial(server_->control_port());
  // The answer proves that the connections before it have been taken.
  ASSERT_EQ(send(control, "a\n", 2, 0), 2);
  char buffer[4096];
  ASSERT_GT(recv(control, buffer, sizeof buffer, 0), 0);
  const auto first_key = packet(0);
  ASSERT_TRUE(first_key->key);
  server_->publish(0, packet(1));  // comes first for this viewer, and is no keyframe
  ASSERT_FALSE(packet(2)->key);
  std::shared_ptr<const Packet> key;
  for (int64_t frame = 3; key == nullptr; ++frame) {
    auto p = packet(frame);
    if (p->key) key = p;
  }
  server_->publish(0, key);
  std::string got;
  while (got.size() < 188 * 3) {
    const ssize_t n = recv(viewer, buffer, sizeof buffer, 0);
    ASSERT_GT(n, 0);
    got.append(buffer, static_cast<size_t>(n));
  }
  ASSERT_EQ(got[0], 0x47);
  EXPECT_TRUE(has_unit(got, 7)) << "no sequence parameter set";
  EXPECT_TRUE(has_unit(got, 5)) << "no keyframe";
  EXPECT_FALSE(has_unit(got, 1)) << "a picture before the keyframe";
  close(viewer);
  close(control);
}

TEST_F(ServerTest, KeyframesKeepTheirTimeWhenPicturesAreSkipped) {
  ASSERT_TRUE(packet(0)->key);
  const int64_t gap = format_.frames_per_second * format_.keyframe_s;
  EXPECT_FALSE(packet(gap / 2)->key);
  EXPECT_TRUE(packet(gap + 3)->key);
  EXPECT_FALSE(packet(gap + 9)->key);
}

TEST_F(ServerTest, AnswersEveryLineInOrderAndDropsEndlessOnes) {
  const int control = dial(server_->control_port());
  ASSERT_EQ(send(control, "one\ntwo\nthr", 11, 0), 11);
  ASSERT_EQ(send(control, "ee\n", 3, 0), 3);
  std::string got;
  char buffer[256];
  while (got.size() < 20) {
    const ssize_t n = recv(control, buffer, sizeof buffer, 0);
    ASSERT_GT(n, 0);
    got.append(buffer, static_cast<size_t>(n));
  }
  EXPECT_EQ(got, "<one>\n<two>\n<three>\n");
  const std::string endless(8192, 'x');
  ASSERT_GT(send(control, endless.data(), endless.size(), MSG_NOSIGNAL), 0);
  EXPECT_LE(recv(control, buffer, sizeof buffer, 0), 0);  // closed
  close(control);
}

}  // namespace
}  // namespace xunjie::street
