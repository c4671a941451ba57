#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "player.h"

namespace xunjie::scenarios {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> folders() {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::directory_iterator(fs::path(XUNJIE_SOURCE_DIR) / "tests/scenarios")) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenario, AnswersAsExpected) {
  const fs::path folder = fs::path(XUNJIE_SOURCE_DIR) / "tests/scenarios" / GetParam();
  const std::string commands = read(folder / "commands.txt");
  ASSERT_FALSE(commands.empty()) << folder;
  const std::string got = play(commands);
  EXPECT_EQ(got.find("\nline "), std::string::npos) << got;
  if (std::getenv("XUNJIE_UPDATE_SCENARIOS") != nullptr)
    std::ofstream(folder / "expected_events.txt") << got;
  EXPECT_EQ(got, read(folder / "expected_events.txt"));
}

INSTANTIATE_TEST_SUITE_P(Folder, Scenario, ::testing::ValuesIn(folders()),
                         [](const auto& named) { return named.param; });

}  // namespace
}  // namespace xunjie::scenarios
