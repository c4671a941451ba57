// What tests of the live watcher have behind and before it: blobs and findings kept in memory, and
// a recording served over TCP at its own speed.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "ports/watching.h"
#include "watch/seal.h"
#include "watch/test_listener.h"
#include "watch/test_ports.h"

namespace xunjie::watch {

class MemoryBlobs final : public ports::BlobStore {
 public:
  Result<domain::BlobId> put(std::span<const std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    domain::BlobId id = hash_of(bytes);
    blobs_[id.value].assign(bytes.begin(), bytes.end());
    return id;
  }
  Result<std::vector<std::byte>> get(const domain::BlobId& id) override {
    const std::lock_guard lock(mutex_);
    return blobs_.at(id.value);
  }
  Result<std::uint64_t> size_of(const domain::BlobId& id) override { return get(id)->size(); }
  Result<std::vector<ports::StoredBlob>> list(std::string_view) override {
    return std::vector<ports::StoredBlob>{};
  }
  Result<bool> remove(const domain::BlobId&, UtcMicros) override { return false; }
  Result<std::vector<domain::BlobId>> verify_all(std::int64_t&) override {
    return std::vector<domain::BlobId>{};
  }
  std::size_t clips() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(blobs_.begin(), blobs_.end(), [](const auto& b) {
      return b.second.size() > 8 && std::memcmp(b.second.data() + 4, "ftyp", 4) == 0;
    }));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::byte>> blobs_;
};

// Notes what is asked of it and answers a text of its own.
class NotingRedactor final : public ports::Redactor {
 public:
  [[nodiscard]] std::string version() const override { return "test"; }
  Result<std::vector<std::byte>> picture(std::span<const std::byte>,
                                         const ports::PictureRecipe&) override {
    return make_error(ErrorCode::internal, "the watcher makes no copies of pictures");
  }
  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte>, int) override {
    return make_error(ErrorCode::internal, "the watcher makes no copies of pictures");
  }
  Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                      const ports::ClipRecipe& recipe) override {
    const std::lock_guard lock(mutex_);
    recipes.push_back(recipe);
    sizes.push_back(original.size());
    if (fails) return make_error(ErrorCode::unavailable, "no encoder");
    const auto text = std::as_bytes(std::span(kMasked));
    return std::vector<std::byte>(text.begin(), text.end());
  }
  static constexpr std::string_view kMasked = "a clip with its masks burnt in";
  std::vector<ports::ClipRecipe> recipes;
  std::vector<std::size_t> sizes;
  bool fails = false;

 private:
  std::mutex mutex_;
};

// Keeps what comes; refuses the first `refusals` findings as a centre that is away does.
class Centre : public ports::FindingSink {
 public:
  Result<void> raised(const ports::RaisedFinding& f) override {
    return keep([&] { findings.push_back(f); });
  }
  Result<void> cleared(const ports::ClearedFinding& f) override {
    return keep([&] { gone.push_back(f); });
  }
  void health(const ports::CameraHealth& h) override {
    const std::lock_guard lock(mutex_);
    states.push_back(h);
    changed_.notify_all();
  }
  Result<void> looked(const ports::LookAnswer& a) override {
    return keep([&] { answers.push_back(a); });
  }
  // Waits for a condition over what has come.
  bool wait(const std::function<bool()>& until, int most_s = 40) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(most_s), until);
  }
  bool reported(ports::CameraState state, std::size_t from = 0) const {
    for (std::size_t i = from; i < states.size(); ++i) {
      if (states[i].state == state) return true;
    }
    return false;
  }

  std::atomic<int> refusals{0};
  std::vector<ports::RaisedFinding> findings;
  std::vector<ports::ClearedFinding> gone;
  std::vector<ports::CameraHealth> states;
  std::vector<ports::LookAnswer> answers;

 private:
  Result<void> keep(const std::function<void()>& take) {
    const std::lock_guard lock(mutex_);
    if (refusals > 0) {
      --refusals;
      return make_error(ErrorCode::unavailable, "away");
    }
    take();
    changed_.notify_all();
    return {};
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

// Serves a file to each caller at the speed it was recorded, then hangs up.
class Server {
 public:
  Server(std::string path, double seconds)
      : path_(std::move(path)), seconds_(seconds), thread_([this] { serve(); }) {}
  ~Server() {
    stop_ = true;
    listener_.wake();
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return listener_.url(); }

 private:
  void serve() {
    std::ifstream file(path_, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    while (!stop_) {
      const int caller = listener_.accept();
      if (caller < 0) return;
      const auto begun = std::chrono::steady_clock::now();
      std::size_t sent = 0;
      while (!stop_ && sent < bytes.size()) {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
        const auto due =
            static_cast<std::size_t>(static_cast<double>(bytes.size()) * passed.count() / seconds_);
        if (due > sent) {
          const auto n =
              ::send(caller, bytes.data() + sent, std::min(due, bytes.size()) - sent, MSG_NOSIGNAL);
          if (n <= 0) break;
          sent += static_cast<std::size_t>(n);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the recording's own pace
      }
      ::close(caller);
    }
  }
  std::string path_;
  double seconds_;
  Listener listener_;
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses the rest
};

}  // namespace xunjie::watch
