// What every ports::Store must do, whatever its engine: the suites named store_contract_*_test.cc
// run once per row of kDrivers. A second engine is one more row.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/store_fixture.h"

namespace xunjie::store::testing {

struct Driver {
  const char* name;
  std::function<Result<std::unique_ptr<ports::Store>>(const std::filesystem::path&,
                                                      const StoreOptions&)>
      open;
};

inline const Driver kDrivers[] = {
    {"sqlite",
     [](const auto& dir, const auto& options) { return open_sqlite_store(dir, options); }},
};

class StoreContract : public ::testing::TestWithParam<Driver> {
 protected:
  StoreContract() { reopen(); }
  void reopen(const StoreOptions& options = {}) {
    store_.reset();
    store_ = good(GetParam().open(dir_.path(), options));
  }
  ports::Store& store() { return *store_; }
  void expect_sound() {
    const auto report = good(store().check());
    EXPECT_TRUE(report.faults.empty()) << report.faults.front();
  }

  ScratchDir dir_;
  std::unique_ptr<ports::Store> store_;
};

inline std::string driver_name(const ::testing::TestParamInfo<Driver>& driver) {
  return driver.param.name;
}

}  // namespace xunjie::store::testing
