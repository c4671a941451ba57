// Looks host names up without making anyone wait: one thread, one name at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "watch/receive/connection.h"

namespace xunjie::watch::receive {

class Resolver {
 public:
  using Answer = std::function<void(Result<std::vector<Address>>)>;
  Resolver();
  // Ends at once; answers not yet given never come. A look-up under way is left to end by itself.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `answer` is called from the resolver's thread. Each source waits for one answer at a time, so
  // the queue is as long as there are sources.
  void ask(const std::string& host, const std::string& port, Answer answer);

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);
  std::shared_ptr<Shared> shared_;
};

}  // namespace xunjie::watch::receive
