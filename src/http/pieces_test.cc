// The parts of the front door that need no socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "http/api.h"
#include "http/byte_range.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/security.h"
#include "http/static_files.h"
#include "http/url.h"
#include "http/worker_pool.h"

namespace xunjie::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string header_of(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

TEST(Url, DecodesAndRefusesWhatIsNotText) {
  EXPECT_EQ(percent_decode("%E5%B7%A1%e8%a1%97+a", true), "巡街 a");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  for (const char* bad :
       {"%", "%2", "%zz", "%00", "%ff", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%E5%B7"}) {
    EXPECT_FALSE(percent_decode(bad, false).has_value()) << bad;
  }
}

TEST(Url, QueryRefusesRepeatsAndTooMany) {
  EXPECT_THAT(*parse_query("a=1&b=%20&c"),
              ElementsAre(Pair("a", "1"), Pair("b", " "), Pair("c", "")));
  EXPECT_EQ(parse_query("a=1&a=2").error().field, "a");
  EXPECT_EQ(parse_query("limit=%ff").error().field, "limit");
  std::string many;
  for (int i = 0; i < 65; ++i) many += "k" + std::to_string(i) + "=1&";
  EXPECT_EQ(parse_query(many).error().code, ErrorCode::invalid_argument);
}

TEST(Url, FindsOneCookieAmongOthers) {
  EXPECT_EQ(cookie_value("a=1; xunjie_session=t0k; b=2", "xunjie_session"), "t0k");
  EXPECT_EQ(cookie_value("not_xunjie_session=1", "xunjie_session"), std::nullopt);
}

Router router_with(std::initializer_list<std::pair<Method, const char*>> routes) {
  Router router;
  for (const auto& [method, pattern] : routes) {
    router.add({method, pattern, Access::open, Body::none, 0,
                [name = std::string(pattern)](const Call&) { return json_response(name); }});
  }
  return router;
}

TEST(Router, LiteralWinsAndParametersAreDecoded) {
  const Router router =
      router_with({{Method::get, "/a/{id}"}, {Method::get, "/a/fixed"}, {Method::put, "/a/{id}"}});
  EXPECT_EQ(router.match(Method::get, "/a/fixed").route->pattern, "/a/fixed");
  const auto match = router.match(Method::put, "/a/x%2Fy");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.path.at("id"), "x/y");
  EXPECT_EQ(router.match(Method::head, "/a/x").route->pattern, "/a/{id}");
}

TEST(Router, TellsWrongMethodFromUnknownPath) {
  const Router router = router_with({{Method::get, "/a/{id}"}});
  EXPECT_THAT(router.match(Method::post, "/a/x").allowed, ElementsAre(Method::get));
  for (const char* path : {"/a", "/a/", "/a/x/", "/b/x", "//a/x", "/a/%ff"}) {
    const auto match = router.match(Method::get, path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
  }
}

TEST(RouteList, HasEachRouteOnce) {
  auto list = route_list();
  EXPECT_THAT(list, testing::Contains("POST /api/v1/cases/{id}/commands"));
  std::sort(list.begin(), list.end());
  EXPECT_EQ(std::adjacent_find(list.begin(), list.end()), list.end());
}

TEST(Problem, NamesFieldAndCurrentVersionButNothingInternal) {
  const Response conflict =
      problem(make_error(ErrorCode::version_conflict, "已是第 12 版", "version", "12"));
  EXPECT_EQ(conflict.status, 409);
  EXPECT_THAT(conflict.body, HasSubstr("\"current_version\":12"));
  EXPECT_THAT(conflict.body, HasSubstr("\"field\":\"version\""));
  const Response broken = problem(make_error(ErrorCode::internal, "secret path", "", "more"));
  EXPECT_EQ(broken.status, 500);
  EXPECT_THAT(broken.body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(broken.log_detail, HasSubstr("secret path"));
}

TEST(Problem, EveryCodeHasItsStatus) {
  EXPECT_EQ(status_of(ErrorCode::invalid_argument), 400);
  EXPECT_EQ(status_of(ErrorCode::unauthenticated), 401);
  EXPECT_EQ(status_of(ErrorCode::command_reused), 409);
  EXPECT_EQ(status_of(ErrorCode::too_large), 413);
  EXPECT_EQ(header_of(problem(make_error(ErrorCode::rate_limited, "慢")), "Retry-After"), "60");
}

Request asking_for(const std::string& path, HeaderList headers = {}) {
  Request request;
  request.target = request.path = path;
  request.headers = std::move(headers);
  return request;
}

TEST(ByteRange, AnswersOneRangeOrAll) {
  const std::string text = "0123456789";
  const auto bytes = std::as_bytes(std::span(text));
  auto body = [&](const char* range) {
    const Response response =
        ranged_response(asking_for("/", {{"Range", range}}), bytes, "video/mp4");
    return std::to_string(response.status) + " " + (response.status == 416 ? "" : response.body);
  };
  EXPECT_EQ(body("bytes=2-4"), "206 234");
  EXPECT_EQ(body("bytes=7-"), "206 789");
  EXPECT_EQ(body("bytes=-3"), "206 789");
  EXPECT_EQ(body("bytes=0-99"), "206 0123456789");
  EXPECT_EQ(body("bytes=10-"), "416 ");
  EXPECT_EQ(body("bytes=4-2"), "200 0123456789");
  EXPECT_EQ(body("bytes=0-1,3-4"), "200 0123456789");
  EXPECT_EQ(body("lines=1-2"), "200 0123456789");
}

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    // Of this process: other tests of this file run beside it.
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("static_files_test-" + std::to_string(::getpid())) / "web";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "assets");
    write("index.html", "<p>console");
    write("assets/app-1a2b.js", "code");
    write(".secret", "hidden");
    std::ofstream(folder_.parent_path() / "outside.txt") << "outside";
    std::filesystem::create_symlink(folder_.parent_path() / "outside.txt", folder_ / "link.txt");
  }
  void TearDown() override { std::filesystem::remove_all(folder_.parent_path()); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::filesystem::path folder_;
};

TEST_F(StaticFilesTest, ServesFilesAndPlacesOfTheConsole) {
  const auto files = StaticFiles::load(folder_);
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->count(), 2u);
  EXPECT_EQ(files->answer(asking_for("/")).content(), "<p>console");
  EXPECT_EQ(files->answer(asking_for("/cases/C01")).content(), "<p>console");
  const Response asset = files->answer(asking_for("/assets/app-1a2b.js"));
  EXPECT_THAT(header_of(asset, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_THAT(header_of(asset, "Content-Type"), HasSubstr("javascript"));
  EXPECT_THAT(header_of(files->answer(asking_for("/")), "Content-Security-Policy"),
              HasSubstr("default-src 'self'"));
}

TEST_F(StaticFilesTest, NothingOutsideCanBeReached) {
  const auto files = StaticFiles::load(folder_);
  ASSERT_TRUE(files.ok());
  for (const char* path :
       {"/../outside.txt", "/%2e%2e/outside.txt", "/assets/../../outside.txt", "/link.txt",
        "/.secret", "/assets/..%2f..%2foutside.txt", "//etc/passwd.txt"}) {
    EXPECT_EQ(files->answer(asking_for(path)).status, 404) << path;
  }
}

TEST_F(StaticFilesTest, RevalidatesByTag) {
  const auto files = StaticFiles::load(folder_);
  ASSERT_TRUE(files.ok());
  const std::string tag = header_of(files->answer(asking_for("/index.html")), "ETag");
  EXPECT_EQ(files->answer(asking_for("/index.html", {{"if-none-match", tag}})).status, 304);
  EXPECT_EQ(files->answer(asking_for("/index.html", {{"If-None-Match", "\"other\""}})).status, 200);
}

TEST_F(StaticFilesTest, AFolderWithoutAConsoleIsRefused) {
  EXPECT_EQ(StaticFiles::load(folder_ / "assets").error().code, ErrorCode::not_found);
  EXPECT_EQ(StaticFiles::load(folder_ / "none").error().code, ErrorCode::not_found);
}

TEST(Security, OnlyALocalProxyIsBelieved) {
  Request request = asking_for("/", {{"X-Forwarded-For", "6.6.6.6, 203.0.113.9"}});
  request.remote_address = "127.0.0.1";
  EXPECT_EQ(client_address(request), "203.0.113.9");
  request.remote_address = "198.51.100.7";
  EXPECT_EQ(client_address(request), "198.51.100.7");
}

TEST(Security, TheCookieIsClosedToScriptsAndOtherSites) {
  const std::string cookie = session_cookie("t0k", true);
  EXPECT_THAT(cookie, HasSubstr("xunjie_session=t0k; Path=/; HttpOnly; SameSite=Strict; Secure"));
  EXPECT_THAT(session_cookie("t0k", false), testing::Not(HasSubstr("Secure")));
  EXPECT_THAT(cleared_session_cookie(false), HasSubstr("Max-Age=0"));
}

TEST(WorkerPool, RefusesWhenFullAndFinishesWhatItTook) {
  std::mutex gate;
  gate.lock();
  std::atomic<int> done{0};
  WorkerPool pool(1, 2);
  auto job = [&] {
    const std::lock_guard wait(gate);
    ++done;
  };
  int taken = 0;
  while (pool.submit(job)) ++taken;  // one may already be with the worker
  EXPECT_GE(taken, 2);
  EXPECT_LE(taken, 3);
  gate.unlock();
  pool.stop();
  EXPECT_EQ(done, taken);
  EXPECT_FALSE(pool.submit(job));
}

}  // namespace
}  // namespace xunjie::http
