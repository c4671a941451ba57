#include "bench/loop/batch_tape.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace xunjie::bench {
namespace {

template <typename T>
concept Plain = std::is_arithmetic_v<T> || std::is_same_v<T, UtcMicros>;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  template <Plain T>
  void operator()(const T& value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::string& text) {
    (*this)(text.size());
    out_ += text;
  }
  template <typename Tag>
  void operator()(const Id<Tag>& id) {
    (*this)(id.value);
  }
  template <typename T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <typename T>
  void operator()(const std::vector<T>& values) {
    (*this)(values.size());
    for (const T& value : values) (*this)(value);
  }
  template <typename T>
  void operator()(const T& record) {
    fields(*this, record);
  }

 private:
  std::string& out_;
};

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
  template <Plain T>
  void operator()(T& value) {
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
  }
  void operator()(std::string& text) {
    std::size_t size = 0;
    (*this)(size);
    text.assign(bytes_, at_, size);
    at_ += size;
  }
  template <typename Tag>
  void operator()(Id<Tag>& id) {
    (*this)(id.value);
  }
  template <typename T>
  void operator()(std::optional<T>& value) {
    bool there = false;
    (*this)(there);
    if (there) (*this)(value.emplace());
  }
  template <typename T>
  void operator()(std::vector<T>& values) {
    std::size_t size = 0;
    (*this)(size);
    values.resize(size);
    for (T& value : values) (*this)(value);
  }
  template <typename T>
  void operator()(T& record) {
    fields(*this, record);
  }

 private:
  const std::string& bytes_;
  std::size_t at_ = 0;
};

// A record's fields, for whichever direction the tape runs.
template <typename Tape, typename... Fields>
void each(Tape& tape, Fields&... values) {
  (tape(values), ...);
}

template <typename T, typename Record>
concept Is = std::is_same_v<std::remove_const_t<T>, Record>;

template <typename Tape, Is<ports::CommandReceipt> T>
void fields(Tape& tape, T& r) {
  each(tape, r.id, r.scope, r.body_hash, r.reply, r.at);
}
template <typename Tape, Is<ports::NewEvent> T>
void fields(Tape& tape, T& e) {
  each(tape, e.kind, e.at, e.actor, e.payload);
}
template <typename Tape, Is<ports::CaseRow> T>
void fields(Tape& tape, T& r) {
  each(tape, r.id, r.version, r.state, r.stage, r.violation, r.subdistrict, r.team, r.shop,
       r.camera, r.zone, r.finding, r.place_key, r.department, r.open, r.lon, r.lat, r.reported_at,
       r.updated_at, r.due, r.confirmed_at, r.told_at, r.corrected_at, r.dispatched_at, r.ended_at,
       r.body);
}
template <typename Tape, Is<ports::NewEffect> T>
void fields(Tape& tape, T& e) {
  each(tape, e.id, e.kind, e.payload, e.not_before);
}
template <typename Tape, Is<ports::TimerChange> T>
void fields(Tape& tape, T& t) {
  each(tape, t.name, t.due, t.command);
}
template <typename Tape, Is<ports::Batch> T>
void fields(Tape& tape, T& b) {
  each(tape, b.case_id, b.expected_version, b.receipt, b.events, b.row, b.effects, b.timers,
       b.finished_effect);
}

}  // namespace

BatchTape::BatchTape(std::size_t expected) {
  bytes_.resize(expected);  // touches every page
  bytes_.clear();
}

void BatchTape::add(std::int64_t position, const ports::Batch& batch) {
  const std::lock_guard lock(mutex_);
  Writer tape(bytes_);
  tape(position);
  tape(batch);
}

std::vector<ports::Batch> BatchTape::take() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::int64_t, ports::Batch>> kept;
  for (Reader tape(bytes_); !tape.at_end();) {
    auto& [position, batch] = kept.emplace_back();
    tape(position);
    tape(batch);
  }
  bytes_.clear();
  std::sort(kept.begin(), kept.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<ports::Batch> out;
  out.reserve(kept.size());
  for (auto& [position, batch] : kept) out.push_back(std::move(batch));
  return out;
}

}  // namespace xunjie::bench
