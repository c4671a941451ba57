#include "bench/loop/loop_bench.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "app/reference_data.h"
#include "bench/loop/bare_engine.h"
#include "bench/loop/case_traffic.h"

namespace xunjie::bench {
namespace {

namespace fs = std::filesystem;

struct Round {
  double commands_per_s = 0, ceiling_per_s = 0, per_transaction = 0;
  [[nodiscard]] double ratio() const { return commands_per_s / ceiling_per_s; }
};

// A folder that goes with the object.
class Scratch {
 public:
  explicit Scratch(const fs::path& parent) {
    std::string name = (parent / "xunjie-bench-XXXXXX").string();
    const char* made = ::mkdtemp(name.data());
    if (made != nullptr) path_ = made;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Error wrong(const char* field, const std::string& right) {
  return make_error(ErrorCode::invalid_argument, std::string(field) + ": must be " + right, field);
}

Result<void> check(const LoopBenchOptions& options) {
  const auto in_range = [](int clients) { return clients >= 1 && clients <= 1024; };
  if (options.clients.empty() ||
      !std::all_of(options.clients.begin(), options.clients.end(), in_range)) {
    return wrong("clients", "numbers from 1 to 1024");
  }
  if (options.rounds < 1 || options.rounds > 100) return wrong("rounds", "1 to 100");
  if (!(options.seconds_per_round > 0) || options.seconds_per_round > 600)
    return wrong("seconds", "above 0, at most 600");
  return {};
}

Result<Round> run_round(const fs::path& parent, const app::ReferenceData& reference, int clients,
                        double seconds) {
  const Scratch scratch(parent);
  if (scratch.path().empty())
    return make_error(ErrorCode::unavailable, "cannot write to " + parent.string());
  XUNJIE_TRY(traffic, run_traffic(scratch.path(), reference, clients, seconds));
  XUNJIE_TRY(took, write_bare(scratch.path(), traffic.committed, traffic.per_transaction));
  return Round{traffic.commands_per_s, static_cast<double>(traffic.committed.size()) / took,
               traffic.per_transaction};
}

// The round with the median ratio stands for the run, so that its three figures belong together.
Round median(std::vector<Round> rounds) {
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.ratio() < b.ratio(); });
  return rounds[rounds.size() / 2];
}

std::string json_of(int clients, const Round& round) {
  std::array<char, 256> text{};
  std::snprintf(
      text.data(), text.size(),
      R"({"clients":%d,"commands_per_s":%.1f,"ceiling_per_s":%.1f,"ratio":%.3f,"per_transaction":%.2f})",
      clients, round.commands_per_s, round.ceiling_per_s, round.ratio(), round.per_transaction);
  return text.data();
}

}  // namespace

Result<std::string> run_loop_bench(const LoopBenchOptions& options) {
  XUNJIE_TRY_VOID(check(options));
  XUNJIE_TRY(reference, app::load_reference_data(options.reference));
  const fs::path parent = options.dir.empty() ? fs::temp_directory_path() : options.dir;
  std::string runs;
  for (const int clients : options.clients) {
    std::vector<Round> rounds;
    for (int i = 0; i < options.rounds; ++i) {
      XUNJIE_TRY(round, run_round(parent, reference, clients, options.seconds_per_round));
      rounds.push_back(round);
    }
    runs += (runs.empty() ? "" : ",") + json_of(clients, median(std::move(rounds)));
  }
  return R"({"runs":[)" + runs + "]}";
}

}  // namespace xunjie::bench
