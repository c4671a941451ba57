#include "control.h"

#include <gtest/gtest.h>

namespace xunjie::street {
namespace {

TEST(Control, ReadsEveryCommand) {
  const auto place = parse_command("place cam-01 goods-1\r");
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->camera, "cam-01");
  EXPECT_EQ(place->order.id, "goods-1");
  EXPECT_EQ(place->order.kind, Order::Kind::place);
  EXPECT_EQ(parse_command("remove cam-01 goods-1")->order.kind, Order::Kind::remove);
  EXPECT_EQ(parse_command("event cam-03 crowd-1 start")->order.kind, Order::Kind::start);
  EXPECT_EQ(parse_command("  event  cam-03 crowd-1\tstop ")->order.kind, Order::Kind::stop);
  EXPECT_TRUE(parse_command("state")->state);
}

TEST(Control, NamesTheWordThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "command"},
      {"put cam-01 goods-1", "command"},
      {"place cam-01", "place"},
      {"place cam-01 goods-1 now", "place"},
      {"place CAM goods-1", "camera"},
      {"place cam-01 goods/1", "object"},
      {"event cam-03 crowd-1", "event"},
      {"event cam-03 crowd-1 begin", "action"},
      {"state cam-01", "state"},
  };
  for (const auto& [line, field] : cases) {
    const auto command = parse_command(line);
    ASSERT_FALSE(command.ok()) << line;
    EXPECT_EQ(command.error().field, field) << line;
  }
  EXPECT_EQ(parse_command(std::string(300, 'a')).error().field, "line");
}

TEST(Control, ReadsAScriptInOrder) {
  const auto script = parse_script("20 place cam-01 goods-1; 45.5 remove cam-01 goods-1;");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->size(), 2u);
  EXPECT_DOUBLE_EQ((*script)[1].at, 45.5);
  EXPECT_EQ((*script)[1].command.order.kind, Order::Kind::remove);
  EXPECT_FALSE(parse_script("place cam-01 goods-1").ok());
  EXPECT_FALSE(parse_script("-1 place cam-01 goods-1").ok());
  EXPECT_FALSE(parse_script("9 place cam-01 goods-1;3 remove cam-01 goods-1").ok());
  EXPECT_FALSE(parse_script("3 state").ok());
  EXPECT_TRUE(parse_script("")->empty());
}

TEST(Control, TellsWhatStandsSinceWhenInUtc) {
  const auto start = Camera::WallTime(std::chrono::seconds(1780275600));
  const std::string reply = state_reply({{"cam-01",
                                          {{"goods-1", Standing::Phase::visible, 2.25},
                                           {"goods-2", Standing::Phase::arriving, 3.0}}}},
                                        start, 4);
  EXPECT_EQ(reply,
            "{\"ok\":true,\"now\":\"2026-06-01T01:00:04.000Z\",\"cameras\":{\"cam-01\":["
            "{\"id\":\"goods-1\",\"phase\":\"visible\",\"visible\":true,\"since\":\"2026-06-01T01:"
            "00:02.250Z\"},"
            "{\"id\":\"goods-2\",\"phase\":\"arriving\",\"visible\":false,\"since\":\"2026-06-"
            "01T01:00:03.000Z\"}]}}");
}

}  // namespace
}  // namespace xunjie::street
