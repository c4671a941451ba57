#include "server/config.h"

#include <charconv>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "app/json_reader.h"

namespace xunjie::server {
namespace {

constexpr std::size_t kMerchantSecretMin = 32;

bool is_http_address(const std::string& url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

Result<std::string> read_url(app::ObjectReader& reader, const std::string& path, std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  if (!url.empty() && !is_http_address(url)) {
    return make_error(ErrorCode::invalid_argument, path + " 应以 http:// 或 https:// 开头", path);
  }
  (void)reader;
  return url;
}

Result<std::optional<GatewayConfig>> read_gateway(app::ObjectReader& outer,
                                                  const std::string& name) {
  const boost::json::value* value = outer.value_if(name);
  if (value == nullptr) return std::optional<GatewayConfig>();
  app::ObjectReader reader(*value, name);
  GatewayConfig gateway{reader.text("url"), reader.text("key"), reader.text("secret")};
  XUNJIE_TRY_VOID(reader.finish());
  XUNJIE_TRY(url, read_url(reader, name + ".url", gateway.url));
  gateway.url = url;
  return std::optional<GatewayConfig>(std::move(gateway));
}

}  // namespace

Result<Config> parse_config(const std::string& text) {
  XUNJIE_TRY(value, app::parse_json(text));
  app::ObjectReader reader(value, "");
  Config config;
  XUNJIE_TRY(url, read_url(reader, "public_url", reader.text_or("public_url", "")));
  config.public_url = url;
  XUNJIE_TRY(sms, read_gateway(reader, "sms"));
  config.sms = std::move(sms);
  XUNJIE_TRY(city, read_gateway(reader, "city"));
  config.city = std::move(city);
  config.merchant_secret = reader.text_or("merchant_secret", "");
  if (const boost::json::value* overrides = reader.value_if("overrides")) {
    config.overrides = boost::json::serialize(*overrides);
  }
  XUNJIE_TRY_VOID(reader.finish());
  if (!config.merchant_secret.empty() && config.merchant_secret.size() < kMerchantSecretMin) {
    return make_error(ErrorCode::invalid_argument, "merchant_secret 至少 32 个字符",
                      "merchant_secret");
  }
  return config;
}

Result<Config> read_config(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return make_error(ErrorCode::not_found, "无法读取配置 " + file.string(), "config");
  return parse_config(
      std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
}

Result<ListenAddress> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto wrong = [&] {
    return make_error(ErrorCode::invalid_argument,
                      "监听地址 \"" + text + "\" 应为“地址:端口”，例如 127.0.0.1:8080", "listen");
  };
  if (colon == std::string::npos) return wrong();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host.empty()) address.host = "127.0.0.1";
  if (address.host == "localhost") address.host = "127.0.0.1";
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || stopped != end) return wrong();
  return address;
}

}  // namespace xunjie::server
