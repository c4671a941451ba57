// Pairs two sets so that the sum of all costs is least: what is best for everybody, not for whoever
// comes first. A pair that costs more than leaving both alone is not made.
//
// Only the pairs named compete, so the problem falls apart into small groups; each is solved by the
// Hungarian method with potentials (Kuhn 1955, Munkres 1957; the O(n³) form by shortest augmenting
// paths). A group larger than kMaxGroup on one side first loses its dearest pairs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace xunjie::watch::vehicle {

constexpr std::size_t kMaxGroup = 256;

struct Pairing {
  std::size_t left = 0, right = 0;
  double cost = 0;
};

// At most one pair per left and per right. Pairs of cost >= alone_cost are never made. The result
// is in order of `left`.
std::vector<Pairing> assign(std::span<const Pairing> candidates, double alone_cost);

}  // namespace xunjie::watch::vehicle
