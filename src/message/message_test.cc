#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "message/city_http_connector.h"
#include "message/sms_http_gateway.h"
#include "message/test_provider.h"

namespace xunjie::message {
namespace {

class FixedClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override { return now_; }
  [[nodiscard]] Micros monotonic() const override { return {now_.count}; }
  void pass(Micros span) { now_ = now_ + span; }

 private:
  UtcMicros now_{1'767'225'600'000'000};
};

const Credentials kCredentials{"district", "a secret of the district"};
const HttpLimits kShort{.connect = seconds(2), .total = millis(300), .body_bytes = 4096};
constexpr std::string_view kReceipts = "/api/v1/gateways/sms/receipts";
constexpr std::string_view kUpdates = "/api/v1/gateways/city/updates";

std::string receipt_body(const std::string& status = "delivered") {
  return R"({"reference":"R1","message_id":"M1","status":")" + status +
         R"(","at":"2026-01-01T00:00:00Z","detail":""})";
}

TEST(Signing, AcceptsWhatItSignedOnceAndOnlyOnce) {
  const FixedClock clock;
  SignatureVerifier verifier(kCredentials, clock);
  const Headers headers = signed_headers(kCredentials, "POST", kReceipts, "{}", clock.now());
  EXPECT_TRUE(verifier.verify(headers, "POST", kReceipts, "{}").ok());
  const auto again = verifier.verify(headers, "POST", kReceipts, "{}");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::unauthenticated);
}

TEST(Signing, HoldsToAKnownVector) {
  // Made with Python's hmac and hashlib from the rule in signing.h.
  EXPECT_EQ(signature_of("s", {"POST", "/p", "1", "n", "{}"}),
            "54046035f30c5dd07b37a0ed3bc34fd47619ebed6b3ff6b7410ba2a80176a8d0");
}

TEST(Signing, RefusesEveryPartThatWasChanged) {
  const FixedClock clock;
  const Headers headers = signed_headers(kCredentials, "POST", kReceipts, "{}", clock.now());
  for (std::size_t i = 0; i < headers.size(); ++i) {
    SignatureVerifier verifier(kCredentials, clock);
    Headers changed = headers;
    changed[i].second.back() = changed[i].second.back() == '0' ? '1' : '0';
    EXPECT_FALSE(verifier.verify(changed, "POST", kReceipts, "{}").ok()) << headers[i].first;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(verifier.verify(changed, "POST", kReceipts, "{}").ok())
        << "without " << headers[i].first;
  }
  SignatureVerifier verifier(kCredentials, clock);
  EXPECT_FALSE(verifier.verify(headers, "PUT", kReceipts, "{}").ok());
  EXPECT_FALSE(verifier.verify(headers, "POST", kUpdates, "{}").ok());
  EXPECT_FALSE(verifier.verify(headers, "POST", kReceipts, "{ }").ok());
}

TEST(Signing, RefusesWhatIsTooOldOrFromTheFuture) {
  FixedClock clock;
  SignatureVerifier verifier(kCredentials, clock);
  const Headers early =
      signed_headers(kCredentials, "POST", kReceipts, "", clock.now() + seconds(301));
  EXPECT_FALSE(verifier.verify(early, "POST", kReceipts, "").ok());
  const Headers headers = signed_headers(kCredentials, "POST", kReceipts, "", clock.now());
  clock.pass(seconds(301));
  EXPECT_FALSE(verifier.verify(headers, "POST", kReceipts, "").ok());
}

TEST(Sms, SendsSignedAndReturnsTheReference) {
  const FixedClock clock;
  TestProvider provider([](const SeenRequest&) {
    return http_answer(200, R"({"reference":"R7","status":"accepted","extra":1})");
  });
  SmsHttpGateway gateway(provider.url() + "/v2", kCredentials, clock);
  const auto reference = gateway.send({"M1", "19900000001", "请整改"});
  ASSERT_TRUE(reference.ok()) << reference.error().message;
  EXPECT_EQ(*reference, "R7");
  const auto seen = provider.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].path, "/v2/messages");
  EXPECT_EQ(boost::json::parse(seen[0].body).at("text").as_string(), "请整改");
  SignatureVerifier verifier(kCredentials, clock);
  EXPECT_TRUE(verifier.verify(seen[0].headers, "POST", "/v2/messages", seen[0].body).ok());
}

struct BadAnswer {
  std::string name, reply;
  ErrorCode expected;
};

class SmsFailures : public ::testing::TestWithParam<BadAnswer> {};

TEST_P(SmsFailures, ComeBackAsOurCodes) {
  const FixedClock clock;
  TestProvider provider([](const SeenRequest&) { return GetParam().reply; });
  SmsHttpGateway gateway(provider.url(), kCredentials, clock, kShort);
  const auto sent = gateway.send({"M1", "19900000001", "x"});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, GetParam().expected) << sent.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Peers, SmsFailures,
    ::testing::Values(
        BadAnswer{"error", http_answer(500, "oops"), ErrorCode::unavailable},
        BadAnswer{"busy", http_answer(429, ""), ErrorCode::unavailable},
        BadAnswer{"refused", http_answer(400, "{}"), ErrorCode::invalid_argument},
        BadAnswer{"signature", http_answer(401, "{}"), ErrorCode::forbidden},
        BadAnswer{"reused", http_answer(409, "{}"), ErrorCode::already_exists},
        BadAnswer{"garbage", http_answer(200, "<html>"), ErrorCode::invalid_argument},
        BadAnswer{"no_reference", http_answer(200, "{}"), ErrorCode::invalid_argument},
        BadAnswer{"oversized", http_answer(200, std::string(8192, 'x')), ErrorCode::too_large},
        BadAnswer{"moved", "HTTP/1.1 302 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
                  ErrorCode::invalid_argument},
        BadAnswer{"silent", "", ErrorCode::timeout}),
    [](const auto& one) { return one.param.name; });

TEST(Sms, NobodyThereIsUnavailable) {
  const FixedClock clock;
  std::string url;
  {
    const TestProvider gone([](const SeenRequest&) { return http_answer(200, "{}"); });
    url = gone.url();
  }
  SmsHttpGateway gateway(url, kCredentials, clock, kShort);
  EXPECT_EQ(gateway.send({"M1", "1", "x"}).error().code, ErrorCode::unavailable);
}

TEST(Sms, AsksWhatBecameOfAMessage) {
  const FixedClock clock;
  TestProvider provider([](const SeenRequest& request) {
    return request.path == "/messages/M1" ? http_answer(200, receipt_body("failed"))
                                          : http_answer(404, "{}");
  });
  SmsHttpGateway gateway(provider.url(), kCredentials, clock);
  const auto known = gateway.ask("M1");
  ASSERT_TRUE(known.ok() && known->has_value());
  EXPECT_EQ((*known)->status, ports::ReceiptStatus::failed);
  const auto unknown = gateway.ask("M2");
  ASSERT_TRUE(unknown.ok());
  EXPECT_FALSE(unknown->has_value());
}

TEST(Sms, ReadsOnlySignedReceipts) {
  const FixedClock clock;
  SmsHttpGateway gateway("http://127.0.0.1:1", kCredentials, clock);
  const std::string body = receipt_body();
  EXPECT_EQ(gateway.read_receipt({}, body).error().code, ErrorCode::unauthenticated);
  const auto receipt = gateway.read_receipt(
      signed_headers(kCredentials, "POST", kReceipts, body, clock.now()), body);
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt->message_id, "M1");
  EXPECT_EQ(receipt->status, ports::ReceiptStatus::delivered);
}

// Signs `body` as the other side would and returns the field the reader complains about.
std::string wrong_field_of_update(const std::string& body) {
  const FixedClock clock;
  CityHttpConnector city("http://127.0.0.1:1", kCredentials, clock);
  const auto update =
      city.read_update(signed_headers(kCredentials, "POST", kUpdates, body, clock.now()), body);
  return update.ok() ? "none" : update.error().field;
}

TEST(City, NamesTheFieldThatIsWrong) {
  const std::string head = R"({"id":"U1","order_id":"O1","at":"2026-01-01T00:00:00Z")";
  EXPECT_EQ(wrong_field_of_update(head + R"(,"action":"accept"})"), "none");
  EXPECT_EQ(wrong_field_of_update(head + "}"), "action");
  EXPECT_EQ(wrong_field_of_update(head + R"(,"action":"close"})"), "action");
  EXPECT_EQ(wrong_field_of_update(head + R"(,"action":"accept","colour":"red"})"), "colour");
  EXPECT_EQ(wrong_field_of_update(head + R"(,"action":"accept","officers":[7]})"), "officers[0]");
  EXPECT_EQ(wrong_field_of_update(
                head + R"(,"action":"accept","pictures":[{"role":"x","jpeg_base64":""}]})"),
            "pictures[0].role");
  EXPECT_EQ(
      wrong_field_of_update(R"({"id":"U1","order_id":"O1","at":"yesterday","action":"accept"})"),
      "at");
  EXPECT_EQ(wrong_field_of_update("[]"), "");
}

TEST(City, SpeaksOfOneOrderByItsId) {
  const FixedClock clock;
  TestProvider city([](const SeenRequest& request) {
    return request.method == "DELETE" ? http_answer(404, "{}")
                                      : http_answer(200, R"({"reference":"CY1"})");
  });
  CityHttpConnector connector(city.url(), kCredentials, clock);
  ports::WorkOrder order;
  order.id = "O1";
  order.address = "长白路118号";
  order.due = UtcMicros{1'767'225'600'000'000};
  EXPECT_EQ(*connector.create_order(order), "CY1");
  order.revision = 1;
  EXPECT_TRUE(connector.update_order(order).ok());
  EXPECT_TRUE(connector.cancel_order("O1", "误报 & 撤回").ok());
  const auto seen = city.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(boost::json::parse(seen[0].body).at("due").as_string(), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(seen[1].path, "/orders/O1");
  EXPECT_EQ(seen[2].path, "/orders/O1?reason=%E8%AF%AF%E6%8A%A5%20%26%20%E6%92%A4%E5%9B%9E");
  SignatureVerifier verifier(kCredentials, clock);
  EXPECT_TRUE(verifier.verify(seen[2].headers, "DELETE", "/orders/O1", "").ok());
}

}  // namespace
}  // namespace xunjie::message
