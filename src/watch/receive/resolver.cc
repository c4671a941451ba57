#include "watch/receive/resolver.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace xunjie::watch::receive {

struct Resolver::Shared {
  struct Question {
    std::string host, port;
    Answer answer;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Question> questions;
  bool ended = false;
};

Resolver::Resolver() : shared_(std::make_shared<Shared>()) {
  // The system's look-up cannot be interrupted; a thread that owns nothing of ours may outlive us.
  std::thread([shared = shared_] { work(shared); }).detach();
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->ended = true;
  shared_->questions.clear();
  shared_->changed.notify_all();
}

void Resolver::ask(const std::string& host, const std::string& port, Answer answer) {
  const std::lock_guard lock(shared_->mutex);
  shared_->questions.push_back({host, port, std::move(answer)});
  shared_->changed.notify_one();
}

void Resolver::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->changed.wait(lock, [&] { return shared->ended || !shared->questions.empty(); });
    if (shared->ended) return;
    const Shared::Question question = std::move(shared->questions.front());
    shared->questions.pop_front();
    lock.unlock();
    auto found = addresses_of(question.host, question.port, false);
    lock.lock();
    // Under the lock: whoever ended meanwhile must not be called.
    if (!shared->ended) question.answer(std::move(found));
  }
}

}  // namespace xunjie::watch::receive
