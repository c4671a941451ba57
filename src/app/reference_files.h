// One reader per file of data/, each strict, each naming the field that is wrong.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/reference_data.h"
#include "base/result.h"

namespace xunjie::app {

Result<void> read_violations(const boost::json::value& file,
                             std::vector<domain::ViolationRule>& into);
Result<void> read_calendar(const boost::json::value& file, const std::string& name,
                           domain::Calendar& into);
Result<void> read_subdistricts(const boost::json::value& file, std::vector<Subdistrict>& into);
Result<void> read_departments(const boost::json::value& file, std::vector<NamedCode>& into);
Result<void> read_messages(const boost::json::value& file, std::vector<MessageTemplate>& into);
Result<void> read_policy(const boost::json::value& file, Policy& into);

}  // namespace xunjie::app
