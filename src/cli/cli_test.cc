#include "cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xunjie::cli {
namespace {

using testing::ElementsAre;

struct Called {
  std::string name;
  ServeArguments serve;
  UserArguments user;
  ExportCocoArguments coco;
  BenchLoopArguments loop;
  BenchWatchArguments watched;
  std::vector<std::string> passed_on;
};

Programs programs_that_note(Called& called) {
  Programs programs;
  programs.version = "9.9.9";
  programs.serve = [&](const ServeArguments& a) {
    called.name = "serve";
    called.serve = a;
    return 0;
  };
  programs.watch = [&](const WatchArguments&) {
    called.name = "watch";
    return 0;
  };
  programs.check = [&](const CheckArguments& a) {
    called.name = a.blobs ? "check" : "check-store";
    return 1;
  };
  programs.user_add = [&](const UserArguments& a) {
    called.name = "user";
    called.user = a;
    return 0;
  };
  programs.import = [&](const ImportArguments&) {
    called.name = "import";
    return 0;
  };
  programs.export_coco = [&](const ExportCocoArguments& a) {
    called.name = "export coco";
    called.coco = a;
    return 0;
  };
  programs.bench_watch = [&](const BenchWatchArguments& a) {
    called.name = "bench watch";
    called.watched = a;
    return 0;
  };
  programs.bench_loop = [&](const BenchLoopArguments& a) {
    called.name = "bench loop";
    called.loop = a;
    return 0;
  };
  const auto pass_on = [&](const char* name) {
    return [&called, name](const std::vector<std::string>& a) {
      called.name = name;
      called.passed_on = a;
      return 0;
    };
  };
  programs.demo = pass_on("demo");
  programs.bench_latency = pass_on("bench latency");
  programs.routes = [] { return std::vector<std::string>{"GET /healthz"}; };
  return programs;
}

int run_with(std::vector<const char*> words, Called& called) {
  words.insert(words.begin(), "xunjie");
  return run(static_cast<int>(words.size()), words.data(), programs_that_note(called));
}

TEST(Cli, ServeTakesItsOptions) {
  Called called;
  EXPECT_EQ(run_with({"serve", "--data", "d", "--listen", "127.0.0.1:0"}, called), 0);
  EXPECT_EQ(called.name, "serve");
  EXPECT_EQ(called.serve.data, "d");
  EXPECT_EQ(called.serve.listen, "127.0.0.1:0");
}

TEST(Cli, TheProgramsStatusIsTheExitStatus) {
  Called called;
  EXPECT_EQ(run_with({"check", "--data", "/"}, called), 1);
  EXPECT_EQ(called.name, "check");
  EXPECT_EQ(run_with({"check", "--data", "/", "--no-blobs"}, called), 1);
  EXPECT_EQ(called.name, "check-store");
}

TEST(Cli, WrongUsageIsTwoAndRunsNothing) {
  Called called;
  EXPECT_EQ(run_with({}, called), 2);
  EXPECT_EQ(run_with({"serve"}, called), 2);
  EXPECT_EQ(run_with({"serve", "--data", "d", "--unknown"}, called), 2);
  EXPECT_EQ(run_with({"bench", "loop", "--clients", "0"}, called), 2);
  EXPECT_EQ(run_with({"nonsense"}, called), 2);
  EXPECT_EQ(called.name, "");
}

TEST(Cli, ScriptsGetEverythingPassedOn) {
  Called called;
  EXPECT_EQ(run_with({"bench", "latency", "--cameras", "3"}, called), 0);
  EXPECT_EQ(called.name, "bench latency");
  EXPECT_THAT(called.passed_on, ElementsAre("--cameras", "3"));
  EXPECT_EQ(run_with({"demo", "--once", "--json", "--listen", "127.0.0.1:0", "--help"}, called), 0);
  EXPECT_THAT(called.passed_on,
              ElementsAre("--once", "--json", "--listen", "127.0.0.1:0", "--help"));
}

TEST(Cli, BenchLoopReadsAListOfClients) {
  Called called;
  EXPECT_EQ(run_with({"bench", "loop", "--clients", "1,8", "--seconds", "0.5"}, called), 0);
  EXPECT_THAT(called.loop.clients, ElementsAre(1, 8));
  EXPECT_EQ(called.loop.seconds, 0.5);
}

TEST(Cli, ExportAsksForDataThatIsThereAndAFolder) {
  Called called;
  EXPECT_EQ(run_with({"export", "coco", "--data", "/", "--out", "set"}, called), 0);
  EXPECT_EQ(called.name, "export coco");
  EXPECT_EQ(called.coco.out, "set");
  called.name.clear();
  EXPECT_EQ(run_with({"export", "coco", "--data", "/"}, called), 2);
  EXPECT_EQ(run_with({"export", "coco", "--data", "no such folder", "--out", "set"}, called), 2);
  EXPECT_EQ(run_with({"export"}, called), 2);
  EXPECT_EQ(called.name, "");
}

TEST(Cli, AModelHasToBeAFile) {
  Called called;
  EXPECT_EQ(run_with({"serve", "--data", "d", "--model", "no such file"}, called), 2);
  EXPECT_EQ(run_with({"serve", "--data", "d", "--model", "/"}, called), 2);
  EXPECT_EQ(called.name, "");
}

TEST(Cli, BenchWatchTakesARecordingOrStreams) {
  Called called;
  EXPECT_EQ(run_with({"bench", "watch"}, called), 2);
  EXPECT_EQ(run_with({"bench", "watch", "--source", "a.mp4", "--stream", "rtsp://h/1"}, called), 2);
  EXPECT_EQ(run_with({"bench", "watch", "--stream", "rtsp://h/1", "--cameras", "0"}, called), 2);
  EXPECT_EQ(called.name, "");
  EXPECT_EQ(run_with({"bench", "watch", "--stream", "rtsp://h/1", "rtsp://h/2", "--cameras", "3",
                      "--seconds", "5", "--warm-up", "1"},
                     called),
            0);
  EXPECT_THAT(called.watched.streams, ElementsAre("rtsp://h/1", "rtsp://h/2"));
  EXPECT_EQ(called.watched.cameras, 3);
  EXPECT_EQ(called.watched.seconds, 5);
}

TEST(Cli, UserAddTakesRoleAndScope) {
  Called called;
  EXPECT_EQ(run_with({"user", "add", "--data", "d", "--login", "wang", "--role", "reviewer",
                      "--subdistrict", "310110009"},
                     called),
            0);
  EXPECT_EQ(called.user.role, "reviewer");
  EXPECT_EQ(called.user.subdistrict, "310110009");
}

}  // namespace
}  // namespace xunjie::cli
