// Filters, pages, counts.
#include <functional>
#include <string>
#include <vector>

#include "store/store_contract.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words
using ports::Batch;
using ports::CaseFilter;
using ports::Page;

class ListsContract : public StoreContract {};

std::vector<std::string> walk(
    ports::Store& store, const CaseFilter& filter, int limit,
    const std::function<void(int)>& between = [](int) {}) {
  std::vector<std::string> ids;
  Page page{limit, {}};
  int pages = 0;
  do {
    const auto part = good(store.list_cases(filter, page));
    EXPECT_LE(part.items.size(), static_cast<std::size_t>(limit));
    for (const auto& row : part.items) ids.push_back(row.id.value);
    page.cursor = part.next_cursor;
    between(++pages);
  } while (!page.cursor.empty());
  return ids;
}

Batch reported(const std::string& id, std::int64_t second) {
  Batch batch = step(id, 1);
  batch.row->reported_at = at(second);
  return batch;
}

TEST_P(ListsContract, PagesAreStableWhileCasesComeAndChange) {
  for (int i = 0; i < 10; ++i)
    good(store().commit(reported("C" + std::to_string(i), i / 2)));  // equal times too
  const auto newest = walk(store(), {}, 3, [&](int page) {
    if (page == 1) good(store().commit(reported("Cnew", 100)));
    if (page == 2)
      good(store().commit([&] {
        Batch change = step("C0", 2);
        change.row->reported_at = at(0);
        return change;
      }()));
  });
  EXPECT_EQ(newest,
            (std::vector<std::string>{"C9", "C8", "C7", "C6", "C5", "C4", "C3", "C2", "C1", "C0"}));
  CaseFilter oldest;
  oldest.oldest_first = true;
  auto reversed = walk(store(), oldest, 4);
  EXPECT_EQ(reversed.back(), "Cnew");
  EXPECT_EQ(reversed.front(), "C0");
  EXPECT_EQ(reversed.size(), 11U);
}

TEST_P(ListsContract, BadPagesAreRefusedByName) {
  good(store().commit(reported("C1", 1)));
  good(store().commit(reported("C2", 2)));
  const std::string good_cursor = good(store().list_cases({}, Page{1, {}})).next_cursor;
  ASSERT_FALSE(good_cursor.empty());
  CaseFilter oldest;
  oldest.oldest_first = true;
  for (const std::string& cursor :
       {std::string("nonsense"), std::string("!!"), good_cursor + "A", good_cursor.substr(1)}) {
    const auto refused = store().list_cases({}, Page{10, cursor});
    ASSERT_EQ(code_of(refused), ErrorCode::invalid_argument) << cursor;
    EXPECT_EQ(refused.error().field, "cursor");
  }
  EXPECT_EQ(code_of(store().list_cases(oldest, Page{10, good_cursor})),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(store().list_effects("", Page{10, good_cursor})), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(store().list_entities("shop", "", Page{10, good_cursor})),
            ErrorCode::invalid_argument);
  for (const int limit : {0, -1, 201}) {
    const auto refused = store().list_cases({}, Page{limit, {}});
    ASSERT_EQ(code_of(refused), ErrorCode::invalid_argument);
    EXPECT_EQ(refused.error().field, "limit");
  }
}

TEST_P(ListsContract, EveryFilterFilters) {
  Batch special = step("C1", 1, "dispatched");
  ports::CaseRow& row = *special.row;
  row.violation = "v";
  row.subdistrict = "s";
  row.team = "t";
  row.shop = "h";
  row.camera = "c";
  row.zone = "z";
  row.finding = "f";
  row.place_key = "p";
  row.department = "d";
  row.reported_at = at(50);
  row.due = at(60);
  good(store().commit(special));
  Batch plain = step("C2", 1);
  plain.row->due = at(200);
  good(store().commit(plain));
  Batch ended = step("C3", 1, "closed");
  ended.row->open = false;
  ended.row->due = at(10);
  good(store().commit(ended));

  const auto only_special = [&](const std::function<void(CaseFilter&)>& set) {
    CaseFilter filter;
    set(filter);
    EXPECT_EQ(good(store().count_cases(filter)), 1);
    return walk(store(), filter, 10) == std::vector<std::string>{"C1"};
  };
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.states = {"dispatched", "accepted"}; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.violation = "v"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.subdistrict = "s"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.team = "t"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.shop = "h"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.camera = "c"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.zone = "z"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.finding = "f"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.place_key = "p"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.department = "d"; }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.reported_from = at(50); }));
  EXPECT_TRUE(
      only_special([](CaseFilter& f) { f.reported_from = at(1), f.reported_until = at(51); }));
  EXPECT_TRUE(only_special([](CaseFilter& f) { f.overdue = true, f.now = at(61); }));
  EXPECT_TRUE(
      only_special([](CaseFilter& f) { f.open = true, f.states = {"dispatched"}, f.team = "t"; }));
  CaseFilter closed;
  closed.open = false;
  EXPECT_EQ(walk(store(), closed, 10), std::vector<std::string>{"C3"});
  CaseFilter until;
  until.reported_until = at(50);
  EXPECT_EQ(good(store().count_cases(until)), 2);
}

TEST_P(ListsContract, FunnelCountsTheCasesOfTheSpan) {
  const auto add = [&](const std::string& id, const std::string& state, std::int64_t second,
                       int steps, const std::string& subdistrict) {
    Batch batch = step(id, 1, state);
    batch.row->reported_at = at(second);
    batch.row->subdistrict = subdistrict;
    batch.row->open = state != "closed" && state != "rejected";
    if (steps > 0) batch.row->confirmed_at = at(second + 1);
    if (steps > 1) batch.row->told_at = at(second + 2);
    if (steps > 2) batch.row->corrected_at = at(second + 3);
    if (steps > 3) batch.row->dispatched_at = at(second + 3);
    good(store().commit(batch));
  };
  add("C1", "reported", 10, 0, "a");
  add("C2", "rejected", 11, 0, "a");
  add("C3", "awaiting_correction", 12, 2, "b");
  add("C4", "closed", 13, 4, "a");
  add("C5", "closed", 99, 4, "a");
  const auto all = good(store().funnel(at(10), at(99), ""));
  EXPECT_EQ(all.found, 4);
  EXPECT_EQ(all.confirmed, 2);
  EXPECT_EQ(all.told, 2);
  EXPECT_EQ(all.corrected, 1);
  EXPECT_EQ(all.dispatched, 1);
  EXPECT_EQ(all.closed, 1);
  EXPECT_EQ(all.rejected, 1);
  EXPECT_EQ(good(store().funnel(at(10), at(99), "b")).found, 1);
  EXPECT_EQ(good(store().funnel(at(0), at(1), "")).found, 0);
}

TEST_P(ListsContract, RemindedCasesOfAShop) {
  for (int i = 0; i < 3; ++i) {
    Batch batch = step("C" + std::to_string(i), 1);
    if (i > 0) batch.row->told_at = at(10 * i);
    good(store().commit(batch));
  }
  EXPECT_EQ(good(store().reminded_cases(domain::ShopId("shop-1"), at(0))), 2);
  EXPECT_EQ(good(store().reminded_cases(domain::ShopId("shop-1"), at(11))), 1);
  EXPECT_EQ(good(store().reminded_cases(domain::ShopId("shop-9"), at(0))), 0);
}

INSTANTIATE_TEST_SUITE_P(Drivers, ListsContract, ::testing::ValuesIn(kDrivers), driver_name);

}  // namespace
}  // namespace xunjie::store
