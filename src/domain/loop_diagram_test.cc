#include "domain/loop_diagram.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace xunjie::domain {
namespace {

TEST(LoopDiagram, TheDocumentIsTheTable) {
  std::ifstream in(std::string(XUNJIE_SOURCE_DIR) + "/docs/design/loop.md", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), loop_document()) << "run xunjie-loop-diagram > docs/design/loop.md";
}

}  // namespace
}  // namespace xunjie::domain
