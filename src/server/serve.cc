#include "server/serve.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>
#include <optional>

#include <boost/json.hpp>

#include "evidence/redactor.h"
#include "http/http_server.h"
#include "server/data_commands.h"
#include "server/detector.h"
#include "server/district.h"
#include "server/log.h"
#include "server/places.h"

namespace xunjie::server {
namespace {

namespace fs = std::filesystem;

// Held back in this thread and all it starts, so that only wait() sees them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    std::signal(SIGPIPE, SIG_IGN);
  }
  // After it returns a second signal ends the process at once.
  int wait() const {
    int caught = 0;
    sigwait(&set_, &caught);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    return caught;
  }

 private:
  sigset_t set_{}, before_{};
};

std::string url_of(const ListenAddress& address, std::uint16_t port) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(port);
}

Result<std::optional<http::StaticFiles>> load_console(const fs::path& folder) {
  if (!folder.empty()) {
    XUNJIE_TRY(files, http::StaticFiles::load(folder));
    return std::optional<http::StaticFiles>(std::move(files));
  }
  // Not asked for by name: without it the interface still serves.
  const auto found = find_beside_program("web/dist");
  auto files = found ? http::StaticFiles::load(*found) : Result<http::StaticFiles>(found.error());
  if (files) return std::optional<http::StaticFiles>(std::move(*files));
  spdlog::warn("no console: {}", files.error().message);
  return std::optional<http::StaticFiles>();
}

// Without any account nobody could ever sign in: one administrator, whose password is shown once.
Result<void> add_first_user(app::Accounts& accounts) {
  XUNJIE_TRY(present, accounts.has_users());
  if (present) return {};
  const std::string password = app::make_password();
  app::NewUser admin;
  admin.login = "admin";
  admin.name = "平台管理员";
  admin.role = "admin";
  XUNJIE_TRY_VOID(accounts.put_user(admin, password));
  std::cout << "第一个账号 admin 的口令（只显示这一次）：" << password << std::endl;
  return {};
}

Result<std::unique_ptr<District>> make_district(const cli::ServeArguments& arguments,
                                                const Config& config, const std::string& own_url) {
  XUNJIE_TRY(rules, load_reference(arguments.reference, config.overrides));
  XUNJIE_TRY(core, open_core(arguments.data, std::move(rules)));
  XUNJIE_TRY_VOID(add_first_user(core->accounts));
  XUNJIE_TRY(keys, load_keys(*core->store, config.merchant_secret));
  Gateways gateways = make_gateways(config, core->clock);
  if (!gateways.messages) spdlog::warn("no message gateway configured: reminders will be parked");
  if (!gateways.city) spdlog::warn("city operations not configured: work orders will be parked");
  XUNJIE_TRY(redactor, evidence::make_redactor());
  return std::make_unique<District>(std::move(core), std::move(gateways), std::move(redactor), keys,
                                    config.public_url.empty() ? own_url : config.public_url);
}

Result<void> announce(const fs::path& data, const std::string& url) {
  return write_whole(data / "listening.json",
                     boost::json::serialize(boost::json::object{{"url", url}}) + "\n");
}

Result<void> run(const cli::ServeArguments& arguments, const std::string& version) {
  if (!arguments.store.empty()) {
    return make_error(
        ErrorCode::invalid_argument,
        "--store " + arguments.store + "：此版本只有内置存储（SQLite），请去掉 --store", "store");
  }
  const EndSignals end_signals;
  XUNJIE_TRY(address, parse_listen(arguments.listen));
  Config config;
  if (!arguments.config.empty()) {
    XUNJIE_TRY(read, read_config(arguments.config));
    config = std::move(read);
  }
  http::ServerOptions options;
  options.host = address.host;
  options.port = address.port;
  XUNJIE_TRY(server, http::Server::listen(options));
  const std::string url = url_of(address, server->port());
  XUNJIE_TRY(console, load_console(arguments.web));
  XUNJIE_TRY(detector, open_detector(arguments.model));
  XUNJIE_TRY(district, make_district(arguments, config, url));

  http::Services services = district->services();
  services.console = console ? &*console : nullptr;
  services.version = version;
  services.secure_cookie = !address.loopback() || config.public_url.starts_with("https://");
  services.log = log_request;
  http::Api api(std::move(services));
  XUNJIE_TRY_VOID(district->start(arguments.data, std::move(detector)));
  server->start(api);
  XUNJIE_TRY_VOID(announce(arguments.data, url));
  spdlog::info("serving {} from {}", url, arguments.data.string());

  const int caught = end_signals.wait();
  spdlog::info("signal {}: ending", caught);
  std::error_code ignored;
  fs::remove(arguments.data / "listening.json", ignored);
  district->end_waiting();
  server->stop();
  district->stop();
  return {};
}

}  // namespace

int serve(const cli::ServeArguments& arguments, const std::string& version) {
  start_log();
  const auto done = run(arguments, version);
  stop_log();
  return done ? 0 : complain(done.error());
}

}  // namespace xunjie::server
