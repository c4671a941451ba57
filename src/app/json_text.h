// Compact JSON written straight into a string, byte for byte as Boost.JSON would serialize the same
// tree, without building the tree: cases and events are written with every command.
//
// Names are given by the code and need no escaping. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xunjie::app {

class JsonText {
 public:
  JsonText() { out_.reserve(2048); }

  void text(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
  }
  void number(std::string_view name, std::int64_t value) {
    key(name);
    out_ += std::to_string(value);
  }
  void real(std::string_view name, double value) {
    key(name);
    real(value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  // What `body` writes becomes the object; without a name: an element or the whole.
  template <typename Body>
  void object(std::string_view name, Body&& body) {
    key(name);
    object(body);
  }
  template <typename Body>
  void object(Body&& body) {
    separate();
    out_ += '{';
    body();
    out_ += '}';
  }
  template <typename Body>
  void array(std::string_view name, Body&& body) {
    key(name);
    out_ += '[';
    body();
    out_ += ']';
  }
  // Elements of an array.
  void text(std::string_view value) {
    separate();
    quoted(value);
  }
  void element(double value) {
    separate();
    real(value);
  }
  std::string take() { return std::move(out_); }

 private:
  void key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  // A comma, unless this is the first of its object or array.
  void separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
  }
  void quoted(std::string_view value);
  void real(double value);

  std::string out_;
};

}  // namespace xunjie::app
