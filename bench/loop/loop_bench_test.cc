// The bench is a measuring instrument, so it is checked like one: that both sides do the same work.
// Speeds are not asserted.
#include "bench/loop/loop_bench.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/loop/bare_engine.h"
#include "bench/loop/case_traffic.h"

namespace xunjie::bench {
namespace {

const std::filesystem::path kReference = std::filesystem::path(XUNJIE_SOURCE_DIR) / "data";

TEST(LoopBench, BothSidesWriteTheSameCommands) {
  std::string name = (std::filesystem::temp_directory_path() / "xunjie-bench-test-XXXXXX").string();
  const std::filesystem::path dir = ::mkdtemp(name.data());
  const auto reference = app::load_reference_data(kReference);
  ASSERT_TRUE(reference.ok()) << reference.error().message;
  const auto traffic = run_traffic(dir, *reference, 4, 0.3);
  ASSERT_TRUE(traffic.ok()) << traffic.error().message << " " << traffic.error().detail;
  EXPECT_GE(traffic->per_transaction, 1);
  ASSERT_FALSE(traffic->committed.empty());
  for (const ports::Batch& batch : traffic->committed) {
    EXPECT_TRUE(batch.receipt.has_value());
    EXPECT_FALSE(batch.events.empty());
    EXPECT_TRUE(batch.row.has_value());
  }
  const auto took = write_bare(dir, traffic->committed, traffic->per_transaction);
  ASSERT_TRUE(took.ok()) << took.error().message;
  EXPECT_GT(*took, 0);
  std::filesystem::remove_all(dir);
}

TEST(LoopBench, RefusesWrongOptionsByName) {
  LoopBenchOptions options;
  options.reference = kReference;
  options.clients = {0};
  EXPECT_EQ(run_loop_bench(options).error().field, "clients");
  options.clients = {1};
  options.rounds = 0;
  EXPECT_EQ(run_loop_bench(options).error().field, "rounds");
  options.rounds = 1;
  options.seconds_per_round = 0;
  EXPECT_EQ(run_loop_bench(options).error().field, "seconds");
}

}  // namespace
}  // namespace xunjie::bench
