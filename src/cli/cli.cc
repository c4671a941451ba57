#include "cli/cli.h"

#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/crash_point.h"

namespace xunjie::cli {
namespace {

constexpr int kWrongUsage = 2;

// Arguments live as long as the parser that fills them.
struct Arguments {
  ServeArguments serve;
  WatchArguments watch;
  CheckArguments check;
  UserArguments user;
  ImportArguments import;
  ExportCocoArguments export_coco;
  BenchWatchArguments bench_watch;
  BenchLoopArguments bench_loop;
};

using Chosen = std::function<int()>;

void add_reference(CLI::App& command, std::filesystem::path& reference) {
  command
      .add_option("--reference", reference,
                  "Folder of the rules as data (default: beside the program)")
      ->check(CLI::ExistingDirectory);
}

void add_model(CLI::App& command, std::filesystem::path& model) {
  command
      .add_option("--model", model,
                  "model.json of a detector (default: the zones' rules alone decide)")
      ->check(CLI::ExistingFile);
}

void add_serve(CLI::App& app, ServeArguments& arguments, const Programs& programs, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("serve", "Run the server");
  command->add_option("--data", arguments.data, "Data folder, made when missing")
      ->required()
      ->envname("XUNJIE_DATA");
  command->add_option("--listen", arguments.listen, "HOST:PORT; port 0 takes a free one")
      ->capture_default_str()
      ->envname("XUNJIE_LISTEN");
  command->add_option("--store", arguments.store,
                      "URL of the store (default: SQLite in the data folder)");
  command->add_option("--config", arguments.config, "Gateways, public address, overrides (JSON)")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--web", arguments.web,
                   "Folder of the built console (default: beside the program)")
      ->check(CLI::ExistingDirectory);
  add_reference(*command, arguments.reference);
  add_model(*command, arguments.model);
  command->callback([&] { chosen = [&] { return programs.serve(arguments); }; });
}

void add_watch(CLI::App& app, WatchArguments& arguments, const Programs& programs, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("watch", "Analyse one source without a server");
  command->add_option("--camera", arguments.camera, "CAMERA.json with its zones")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--source", arguments.source, "File or stream address")->required();
  command->add_flag("--offline", arguments.offline, "Full speed, media time as the clock")
      ->required();
  command->add_option("--out", arguments.out, "FINDINGS.jsonl to write")->required();
  add_model(*command, arguments.model);
  command->add_option("--start", arguments.start,
                      "Time of the first picture (RFC 3339; default: local midnight)");
  command->callback([&] { chosen = [&] { return programs.watch(arguments); }; });
}

void add_check(CLI::App& app, CheckArguments& arguments, const Programs& programs, Chosen& chosen) {
  CLI::App* command =
      app.add_subcommand("check", "Verify store, hash chains, projections and blobs; prints JSON");
  command->add_option("--data", arguments.data, "Data folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_flag("!--no-blobs", arguments.blobs, "Do not read every picture");
  add_reference(*command, arguments.reference);
  command->callback([&] { chosen = [&] { return programs.check(arguments); }; });
}

void add_user(CLI::App& app, UserArguments& arguments, const Programs& programs, Chosen& chosen) {
  CLI::App* user = app.add_subcommand("user", "Accounts");
  user->require_subcommand(1);
  CLI::App* command =
      user->add_subcommand("add", "Add an account or change it; password on standard input");
  command->add_option("--data", arguments.data, "Data folder")->required();
  command->add_option("--login", arguments.login, "Name to sign in with")->required();
  command->add_option("--role", arguments.role, "Role, as in the interface's contract")->required();
  command->add_option("--name", arguments.name, "Name shown (default: the login)");
  command->add_option("--subdistrict", arguments.subdistrict,
                      "Scope: 9 digits (default: the whole district)");
  command->add_option("--department", arguments.department, "Scope of a liaison");
  command->add_option("--certificate", arguments.certificate,
                      "Number of the enforcement certificate");
  add_reference(*command, arguments.reference);
  command->callback([&] { chosen = [&] { return programs.user_add(arguments); }; });
}

void add_import(CLI::App& app, ImportArguments& arguments, const Programs& programs,
                Chosen& chosen) {
  CLI::App* command =
      app.add_subcommand("import", "Read shops, teams, users and cameras; all or nothing");
  command->add_option("--data", arguments.data, "Data folder")->required();
  command->add_option("--file", arguments.file, "registry.json")
      ->required()
      ->check(CLI::ExistingFile);
  add_reference(*command, arguments.reference);
  command->callback([&] { chosen = [&] { return programs.import(arguments); }; });
}

void add_export(CLI::App& app, ExportCocoArguments& arguments, const Programs& programs,
                Chosen& chosen) {
  CLI::App* all = app.add_subcommand("export", "Write data for other programs");
  all->require_subcommand(1);
  CLI::App* command = all->add_subcommand(
      "coco", "Findings people decided on, as a COCO data set to train a detector with");
  command->add_option("--data", arguments.data, "Data folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--out", arguments.out, "Folder to write, empty or not there yet")
      ->required();
  add_reference(*command, arguments.reference);
  command->callback([&] { chosen = [&] { return programs.export_coco(arguments); }; });
}

void add_bench(CLI::App& app, Arguments& arguments, const Programs& programs, Chosen& chosen) {
  CLI::App* bench = app.add_subcommand("bench", "Measure; prints one JSON object");
  bench->require_subcommand(1);
  CLI::App* watch =
      bench->add_subcommand("watch", "CPU seconds per camera-hour, against decoding all");
  auto* of = watch->add_option_group("of", "One of the two");
  of->add_option("--source", arguments.bench_watch.source, "Video file");
  of->add_option("--stream", arguments.bench_watch.streams, "Live RTSP addresses, taken in turn");
  of->require_option(1);
  watch->add_option("--camera", arguments.bench_watch.camera, "CAMERA.json (with --source)")
      ->check(CLI::ExistingFile);
  watch->add_option("--cameras", arguments.bench_watch.cameras, "How many (with --stream)")
      ->capture_default_str()
      ->check(CLI::Range(1, 2000));
  watch->add_option("--seconds", arguments.bench_watch.seconds, "Measured (with --stream)")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 86400.0));
  watch->add_option("--warm-up", arguments.bench_watch.warm_up_s, "Seconds before (with --stream)")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3600.0));
  watch->callback([&] { chosen = [&] { return programs.bench_watch(arguments.bench_watch); }; });
  CLI::App* loop =
      bench->add_subcommand("loop", "Durable commands per second, against the bare engine");
  loop->add_option("--data", arguments.bench_loop.data,
                   "Where scratch stores go (default: the temporary folder)");
  loop->add_option("--clients", arguments.bench_loop.clients, "Numbers of parallel clients")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024));
  loop->add_option("--seconds", arguments.bench_loop.seconds, "Of each side of each round")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 600.0));
  loop->callback([&] { chosen = [&] { return programs.bench_loop(arguments.bench_loop); }; });
  CLI::App* latency = bench->add_subcommand(
      "latency", "From the deciding picture to the finding on the console (see --help)");
  latency->prefix_command();
  latency->set_help_flag();
  latency->callback([&programs, &chosen, latency] {
    chosen = [&, latency] { return programs.bench_latency(latency->remaining()); };
  });
}

void add_demo(CLI::App& app, const Programs& programs, Chosen& chosen) {
  CLI::App* command =
      app.add_subcommand("demo", "Run the demonstration district (see `demo --help`)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([&programs, &chosen, command] {
    chosen = [&, command] { return programs.demo(command->remaining()); };
  });
}

int print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << '\n';
  return 0;
}

void add_lists(CLI::App& app, const Programs& programs, Chosen& chosen) {
  app.add_subcommand("routes", "List the interface's routes")->callback([&] {
    chosen = [&] { return print_lines(programs.routes()); };
  });
  app.add_subcommand("crash-points", "List the names XUNJIE_CRASH_AT takes")->callback([&] {
    chosen = [] {
      const auto names = crash_point_names();
      return print_lines({names.begin(), names.end()});
    };
  });
  app.add_subcommand("version", "Print the version")->callback([&] {
    chosen = [&] { return print_lines({programs.version}); };
  });
}

}  // namespace

int run(int argc, const char* const* argv, const Programs& programs) {
  CLI::App app("巡街 Xunjie: street-level enforcement command system", "xunjie");
  app.require_subcommand(1);
  Arguments arguments;
  Chosen chosen;
  add_serve(app, arguments.serve, programs, chosen);
  add_watch(app, arguments.watch, programs, chosen);
  add_check(app, arguments.check, programs, chosen);
  add_user(app, arguments.user, programs, chosen);
  add_import(app, arguments.import, programs, chosen);
  add_export(app, arguments.export_coco, programs, chosen);
  add_bench(app, arguments, programs, chosen);
  add_demo(app, programs, chosen);
  add_lists(app, programs, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return chosen();
}

}  // namespace xunjie::cli
