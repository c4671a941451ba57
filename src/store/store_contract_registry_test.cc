// Registry, the feed of changes, projections.
#include <atomic>
#include <thread>

#include "store/store_contract.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words
using ports::Batch;
using ports::Page;

class RegistryContract : public StoreContract {};

TEST_P(RegistryContract, EntitiesHaveVersions) {
  ports::Entity shop{"shop", "s1", 0, "310110009", R"({"name":"面馆"})", at(1)};
  EXPECT_EQ(good(store().put_entity(shop, 0)).version, 1U);
  EXPECT_EQ(code_of(store().put_entity(shop, 0)), ErrorCode::version_conflict);
  shop.body = R"({"name":"小面馆"})";
  EXPECT_EQ(good(store().put_entity(shop, 1)).version, 2U);
  EXPECT_EQ(good(store().put_entity(shop, std::nullopt)).version, 3U);
  const auto outdated = store().put_entity(shop, 2);
  ASSERT_EQ(code_of(outdated), ErrorCode::version_conflict);
  EXPECT_EQ(outdated.error().detail, "3");
  EXPECT_EQ(good(store().find_entity("shop", "s1"))->body, shop.body);
  EXPECT_FALSE(good(store().find_entity("team", "s1")).has_value());
  good(store().erase_entity("shop", "s1"));
  EXPECT_FALSE(good(store().find_entity("shop", "s1")).has_value());
  EXPECT_EQ(code_of(store().erase_entity("shop", "s1")), ErrorCode::not_found);
  shop.id.clear();
  EXPECT_EQ(code_of(store().put_entity(shop, std::nullopt)), ErrorCode::invalid_argument);
}

TEST_P(RegistryContract, EntitiesPageByKindAndSubdistrict) {
  for (int i = 0; i < 7; ++i) {
    good(store().put_entity(
        {"shop", "s" + std::to_string(i), 0, i % 2 == 0 ? "even" : "odd", "{}", at(i)}, 0));
  }
  good(store().put_entity({"team", "t1", 0, "even", "{}", at(1)}, 0));
  std::vector<std::string> ids;
  Page page{2, {}};
  do {
    const auto part = good(store().list_entities("shop", "even", page));
    for (const auto& one : part.items) ids.push_back(one.id);
    page.cursor = part.next_cursor;
  } while (!page.cursor.empty());
  EXPECT_EQ(ids, (std::vector<std::string>{"s0", "s2", "s4", "s6"}));
  EXPECT_EQ(good(store().list_entities("shop", "", Page{200, {}})).items.size(), 7U);
}

TEST_P(RegistryContract, ChangesComeInCommitOrderOncePerThing) {
  good(store().put_entity({"camera", "cam-1", 0, "", "{}", at(1)}, 0));
  good(store().commit(step("C1", 1)));
  good(store().put_entity({"camera", "cam-1", 0, "", "{}", at(2)}, 1));
  good(store().commit(step("C1", 2)));
  const auto changes = good(store().changes_after(0, 100));
  ASSERT_EQ(changes.size(), 3U);  // the camera's newest state only
  EXPECT_EQ(changes[0].topic, "case");
  EXPECT_EQ(changes[0].version, 1U);
  EXPECT_EQ(changes[1].topic, "camera");
  EXPECT_EQ(changes[1].version, 2U);
  EXPECT_EQ(changes[2].id, "C1");
  EXPECT_EQ(changes[2].version, 2U);
  EXPECT_LT(changes[0].position, changes[1].position);
  EXPECT_LT(changes[1].position, changes[2].position);
  EXPECT_EQ(good(store().last_change()), changes[2].position);
  EXPECT_EQ(good(store().changes_after(changes[1].position, 100)).size(), 1U);
  EXPECT_EQ(good(store().changes_after(0, 1)).size(), 1U);
}

TEST_P(RegistryContract, WaitingForChangesWakesOnCommitAndEndsInTime) {
  const std::int64_t start = good(store().last_change());
  EXPECT_FALSE(store().wait_for_change(start, millis(1)));
  std::atomic<bool> woken{false};
  std::thread waiter([&] { woken = store().wait_for_change(start, seconds(60)); });
  good(store().commit(step("C1", 1)));
  waiter.join();
  EXPECT_TRUE(woken);
  EXPECT_TRUE(store().wait_for_change(start, millis(1)));
}

// ---- projections

TEST_P(RegistryContract, ProjectionHashSeesEveryDifferenceAndRepairRestoresIt) {
  good(store().commit(step("C1", 1)));
  Batch last = step("C2", 1);
  last.row->due = at(7);
  good(store().commit(last));
  const std::string sound = good(store().projection_hash());
  ports::CaseRow changed = *last.row;
  changed.due = at(8);
  good(store().replace_row(changed));
  EXPECT_NE(good(store().projection_hash()), sound);
  changed.due = std::nullopt;
  good(store().replace_row(changed));
  EXPECT_NE(good(store().projection_hash()), sound);
  good(store().replace_row(*last.row));
  EXPECT_EQ(good(store().projection_hash()), sound);
  expect_sound();
  EXPECT_EQ(code_of(store().replace_row(row_of("C9", 1))), ErrorCode::not_found);
}

INSTANTIATE_TEST_SUITE_P(Drivers, RegistryContract, ::testing::ValuesIn(kDrivers), driver_name);

}  // namespace
}  // namespace xunjie::store
