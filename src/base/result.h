// Expected failures travel as values: Result<T> is a T or an Error, shaped like std::expected
// (which g++ 12 does not have). Exceptions stay for programming faults and start-up.
//
// Error::message is public text: it names the field, the value and what would be right, and holds
// nothing internal. Error::detail is for the log alone and never leaves the process.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error_code.h"

namespace xunjie {

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string field;   // dotted path of the offending input, empty when not about one field
  std::string detail;  // internal, for the log
};

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value)
      : data_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : data_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return data_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Reading the wrong side is a programming fault and ends the process.
  T& value() & {
    check_ok();
    return std::get<0>(data_);
  }
  const T& value() const& {
    check_ok();
    return std::get<0>(data_);
  }
  T&& value() && {
    check_ok();
    return std::get<0>(std::move(data_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    XUNJIE_CHECK(!ok());
    return std::get<1>(data_);
  }
  [[nodiscard]] Error&& error() && {
    XUNJIE_CHECK(!ok());
    return std::get<1>(std::move(data_));
  }

 private:
  void check_ok() const { XUNJIE_CHECK(ok()); }
  std::variant<T, Error> data_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const {
    XUNJIE_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

inline Error make_error(ErrorCode code, std::string message, std::string field = {},
                        std::string detail = {}) {
  return Error{code, std::move(message), std::move(field), std::move(detail)};
}

}  // namespace xunjie

// Returns the error of `expression` from the enclosing function, else binds its value to `name`.
#define XUNJIE_TRY(name, expression)                                \
  auto name##_result = (expression);                                \
  if (!name##_result.ok()) return std::move(name##_result).error(); \
  auto& name = *name##_result
// Same for Result<void>, and for values that are not needed.
#define XUNJIE_TRY_VOID(expression)                                \
  do {                                                             \
    auto xunjie_try_result = (expression);                         \
    if (!xunjie_try_result.ok()) return xunjie_try_result.error(); \
  } while (false)
