// How many sources may be opened at the same time, in all and of one host. One thread.
#pragma once

#include <map>
#include <string>

namespace xunjie::watch::receive {

class OpeningGate {
 public:
  OpeningGate(int most, int per_host) : most_(most), per_host_(per_host) {}

  // Takes a place; false when there is none.
  bool enter(const std::string& host) {
    if (total_ >= most_) return false;
    int& here = hosts_[host];
    if (here >= per_host_) return false;
    ++here;
    ++total_;
    return true;
  }
  void leave(const std::string& host) {
    const auto it = hosts_.find(host);
    if (it == hosts_.end()) return;
    if (--it->second == 0) hosts_.erase(it);
    --total_;
  }

 private:
  int most_, per_host_, total_ = 0;
  std::map<std::string, int> hosts_;
};

}  // namespace xunjie::watch::receive
