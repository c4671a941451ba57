#include "watch/vehicle/assignment.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// Rows and columns of one group, square after every row got a column of its own in which it stays
// alone. matrix[r][c]: finite for a pair, alone_cost in the row's own columns.
class Group {
 public:
  explicit Group(std::span<const Pairing> pairs) : pairs_(pairs) {
    for (const Pairing& p : pairs) {
      rows_.try_emplace(p.left, rows_.size());
      columns_.try_emplace(p.right, columns_.size());
    }
  }

  void solve(double alone_cost, std::vector<Pairing>& out) {
    const std::size_t n = rows_.size(), m = columns_.size() + n;
    cost_.assign(n, std::vector<double>(m, alone_cost));
    for (auto& row : cost_) std::fill_n(row.begin(), columns_.size(), kDear);
    for (const Pairing& p : pairs_) {
      double& cell = cost_[rows_.at(p.left)][columns_.at(p.right)];
      cell = std::min(cell, p.cost);
    }
    u_.assign(n + 1, 0);
    v_.assign(m + 1, 0);
    row_of_.assign(m + 1, 0);
    for (std::size_t row = 1; row <= n; ++row) augment(row, m);
    for (const auto& [right, column] : columns_) {
      const std::size_t row = row_of_[column + 1];
      if (row == 0 || cost_[row - 1][column] >= alone_cost) continue;
      for (const auto& [left, index] : rows_) {
        if (index == row - 1) out.push_back({left, right, cost_[row - 1][column]});
      }
    }
  }

  [[nodiscard]] std::size_t larger_side() const { return std::max(rows_.size(), columns_.size()); }

 private:
  static constexpr double kDear = 1e6;

  // One row more: the shortest augmenting path. Index 0 is the row's start, outside the matrix.
  void augment(std::size_t row, std::size_t m) {
    std::vector<double> least(m + 1, kNever);
    std::vector<std::size_t> before(m + 1, 0);
    std::vector<char> done(m + 1, 0);
    row_of_[0] = row;
    std::size_t at = 0;
    do {
      done[at] = 1;
      const std::size_t r = row_of_[at];
      double step = kNever;
      std::size_t next = 0;
      for (std::size_t c = 1; c <= m; ++c) {
        if (done[c]) continue;
        const double reduced = cost_[r - 1][c - 1] - u_[r] - v_[c];
        if (reduced < least[c]) {
          least[c] = reduced;
          before[c] = at;
        }
        if (least[c] < step) {
          step = least[c];
          next = c;
        }
      }
      for (std::size_t c = 0; c <= m; ++c) {
        if (done[c]) {
          u_[row_of_[c]] += step;
          v_[c] -= step;
        } else {
          least[c] -= step;
        }
      }
      at = next;
    } while (row_of_[at] != 0);
    for (; at != 0; at = before[at]) row_of_[at] = row_of_[before[at]];
  }

  std::span<const Pairing> pairs_;
  std::map<std::size_t, std::size_t> rows_, columns_;
  std::vector<std::vector<double>> cost_;
  std::vector<double> u_, v_;
  std::vector<std::size_t> row_of_;
};

std::size_t root(std::vector<std::size_t>& parent, std::size_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

// Pairs grouped by what they share.
std::vector<std::vector<Pairing>> groups_of(std::span<const Pairing> pairs) {
  std::map<std::size_t, std::size_t> first_left, first_right;
  std::vector<std::size_t> parent(pairs.size());
  std::iota(parent.begin(), parent.end(), 0);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto left = first_left.try_emplace(pairs[i].left, i).first->second;
    const auto right = first_right.try_emplace(pairs[i].right, i).first->second;
    parent[root(parent, i)] = root(parent, left);
    parent[root(parent, i)] = root(parent, right);
  }
  std::map<std::size_t, std::vector<Pairing>> by_root;
  for (std::size_t i = 0; i < pairs.size(); ++i) by_root[root(parent, i)].push_back(pairs[i]);
  std::vector<std::vector<Pairing>> out;
  out.reserve(by_root.size());
  for (auto& [key, group] : by_root) out.push_back(std::move(group));
  return out;
}

void solve(std::vector<Pairing> pairs, double alone_cost, std::vector<Pairing>& out) {
  Group group(pairs);
  if (group.larger_side() <= kMaxGroup) return group.solve(alone_cost, out);
  // Half of the pairs, the dearer ones, go; what falls apart is solved piece by piece.
  std::sort(pairs.begin(), pairs.end(),
            [](const Pairing& a, const Pairing& b) { return a.cost < b.cost; });
  pairs.resize(pairs.size() / 2);
  for (auto& part : groups_of(pairs)) solve(std::move(part), alone_cost, out);
}

}  // namespace

std::vector<Pairing> assign(std::span<const Pairing> candidates, double alone_cost) {
  std::vector<Pairing> cheap;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(cheap),
               [&](const Pairing& p) { return p.cost < alone_cost; });
  std::vector<Pairing> out;
  for (auto& group : groups_of(cheap)) solve(std::move(group), alone_cost, out);
  std::sort(out.begin(), out.end(),
            [](const Pairing& a, const Pairing& b) { return a.left < b.left; });
  return out;
}

}  // namespace xunjie::watch::vehicle
