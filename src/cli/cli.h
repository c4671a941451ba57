// The command line: what `xunjie …` accepts, in one description. This module reads arguments and
// says what is wrong with them; what a command does is handed in by the composition root, because
// it needs adapters this module may not see.
//
// Exit status of every command: 0 done, 1 failed or found faults, 2 wrong usage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace xunjie::cli {

struct ServeArguments {
  std::filesystem::path data;
  std::string listen = "127.0.0.1:8080";
  std::string store;                // URL of another engine; empty: the embedded one in `data`
  std::filesystem::path config;     // empty: none
  std::filesystem::path web;        // empty: found beside the program
  std::filesystem::path model;      // model.json of a detector; empty: the zones' rules alone
  std::filesystem::path reference;  // empty: found beside the program
};

struct WatchArguments {
  std::filesystem::path camera;
  std::string source;
  bool offline = false;
  std::filesystem::path out;
  std::filesystem::path model;  // model.json of a detector; empty: the zones' rules alone
  std::string start;            // RFC 3339, empty: local midnight
};

struct CheckArguments {
  std::filesystem::path data;
  std::filesystem::path reference;
  bool blobs = true;
};

struct UserArguments {
  std::filesystem::path data;
  std::filesystem::path reference;
  std::string login, name, role, subdistrict, department, certificate;
};

struct ImportArguments {
  std::filesystem::path data;
  std::filesystem::path reference;
  std::filesystem::path file;
};

struct ExportCocoArguments {
  std::filesystem::path data;
  std::filesystem::path reference;
  std::filesystem::path out;  // an empty or a new folder
};

// Either a recorded `source`, or live `streams`.
struct BenchWatchArguments {
  std::string source;
  std::filesystem::path camera;  // empty: one zone over the whole picture
  std::vector<std::string> streams;
  int cameras = 1;
  double warm_up_s = 20, seconds = 60;
};

struct BenchLoopArguments {
  std::filesystem::path data;  // where scratch stores go; empty: the temporary folder
  std::vector<int> clients{1, 64};
  double seconds = 4;
};

// What the commands do; each returns the exit status. Every member is set.
struct Programs {
  std::string version;
  std::function<int(const ServeArguments&)> serve;
  std::function<int(const WatchArguments&)> watch;
  std::function<int(const CheckArguments&)> check;
  std::function<int(const UserArguments&)> user_add;  // the password comes on standard input
  std::function<int(const ImportArguments&)> import;
  std::function<int(const ExportCocoArguments&)> export_coco;
  std::function<int(const BenchWatchArguments&)> bench_watch;
  std::function<int(const BenchLoopArguments&)> bench_loop;
  std::function<int(const std::vector<std::string>&)> bench_latency;  // to bench/latency/run as is
  std::function<int(const std::vector<std::string>&)> demo;  // arguments passed on as they are
  std::function<std::vector<std::string>()> routes;
};

int run(int argc, const char* const* argv, const Programs& programs);

}  // namespace xunjie::cli
