#include "server/config.h"

#include <gtest/gtest.h>

namespace xunjie::server {
namespace {

TEST(Config, ReadsGatewaysAndOverrides) {
  const auto config = parse_config(R"({
    "public_url": "https://xunjie.example/",
    "sms": {"url": "http://127.0.0.1:9/", "key": "k", "secret": "s"},
    "overrides": {"policy": {"escalate_at": 0.5}}})");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->public_url, "https://xunjie.example");
  EXPECT_EQ(config->sms->url, "http://127.0.0.1:9");
  EXPECT_FALSE(config->city.has_value());
  EXPECT_EQ(config->overrides, R"({"policy":{"escalate_at":5E-1}})");
}

TEST(Config, RefusesByName) {
  EXPECT_EQ(parse_config(R"({"publicurl":"x"})").error().field, "publicurl");
  EXPECT_EQ(parse_config(R"({"public_url":"ftp://x"})").error().field, "public_url");
  EXPECT_EQ(parse_config(R"({"sms":{"url":"http://x","key":"k"}})").error().field, "sms.secret");
  EXPECT_EQ(parse_config(R"({"city":{"url":"x","key":"k","secret":"s"}})").error().field,
            "city.url");
  EXPECT_EQ(parse_config(R"({"merchant_secret":"short"})").error().field, "merchant_secret");
  EXPECT_EQ(parse_config("{").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(read_config("/nonexistent/config.json").error().code, ErrorCode::not_found);
}

TEST(Listen, TakesHostAndPort) {
  EXPECT_EQ(parse_listen("0.0.0.0:80")->port, 80);
  EXPECT_FALSE(parse_listen("0.0.0.0:80")->loopback());
  EXPECT_EQ(parse_listen("[::1]:0")->host, "::1");
  EXPECT_TRUE(parse_listen("localhost:1")->loopback());
  for (const char* wrong : {"8080", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:80x"}) {
    EXPECT_EQ(parse_listen(wrong).error().field, "listen") << wrong;
  }
}

}  // namespace
}  // namespace xunjie::server
