#include <gtest/gtest.h>

#include <set>

#include "domain/loop_testing.h"

namespace xunjie::domain {
namespace {

template <typename E, typename From>
void check_words(E last, From from) {
  std::set<std::string_view> names;
  for (const E value : testing::values_up_to(last)) {
    EXPECT_TRUE(names.insert(name_of(value)).second) << name_of(value);
    EXPECT_EQ(from(name_of(value)), value);
  }
  EXPECT_FALSE(from("").has_value());
  EXPECT_FALSE(from("no_such_word").has_value());
}

template <typename E>
void check_chinese(E last) {
  for (const E value : testing::values_up_to(last)) {
    EXPECT_FALSE(chinese_of(value).empty()) << name_of(value);
    EXPECT_GT(static_cast<unsigned char>(chinese_of(value).front()), 0x7F) << name_of(value);
  }
}

TEST(Names, GoThereAndBackForEveryWord) {
  check_words(CaseState::transferred, case_state_from);
  check_words(PenaltyStage::paid, penalty_stage_from);
  check_words(Role::system, role_from);
  check_words(CommandKind::note, command_kind_from);
  check_words(EventKind::look_failed, event_kind_from);
  check_words(PictureRole::other, picture_role_from);
  check_words(EffectKind::notify_duty, effect_kind_from);
  check_words(LimitUnit::seconds, limit_unit_from);
}

TEST(Names, HaveAChineseWordForEveryScreen) {
  check_chinese(CaseState::transferred);
  check_chinese(PenaltyStage::paid);
  check_chinese(Role::system);
  check_chinese(CommandKind::note);
  check_chinese(EventKind::look_failed);
  check_chinese(PictureRole::other);
  check_chinese(EffectKind::notify_duty);
  check_chinese(Guard::paid_in_full);
}

TEST(Names, EndsAreTheLastFiveStates) {
  std::set<std::string_view> ends;
  for (const auto state : testing::all_states()) {
    if (is_end(state)) ends.insert(name_of(state));
  }
  EXPECT_EQ(ends, (std::set<std::string_view>{"self_corrected", "closed", "rejected", "merged",
                                              "transferred"}));
}

}  // namespace
}  // namespace xunjie::domain
