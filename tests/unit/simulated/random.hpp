// SPDX-License-Identifier: MIT
// Long random tests: sequences of operations that are the same in every run, and made short when
// one of them fails.
#pragma once

#include <algorithm>
#include <base/units.hpp>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

namespace simulated {

// `usual` operations, times the environment's ARIL_TEST_SCALE: for a night of testing.
inline base::u64 scaled(base::u64 usual) {
  const char* scale = std::getenv("ARIL_TEST_SCALE");
  return scale == nullptr ? usual : usual * std::strtoull(scale, nullptr, 10);
}

// The environment's ARIL_TEST_SEED, if there is one: other sequences than the usual ones.
inline base::u64 seed_or(base::u64 usual) {
  const char* seed = std::getenv("ARIL_TEST_SEED");
  return seed == nullptr ? usual : std::strtoull(seed, nullptr, 10);
}

// Leaves out whatever the failure does not need: larger pieces first, down to single operations.
template <class Op>
std::vector<Op> shrink(std::vector<Op> ops,
                       const std::function<bool(const std::vector<Op>&)>& fails) {
  for (std::size_t piece = ops.size() / 2; piece != 0; piece /= 2) {
    for (std::size_t at = 0; at + piece <= ops.size();) {
      std::vector<Op> shorter = ops;
      const auto first = shorter.begin() + static_cast<std::ptrdiff_t>(at);
      shorter.erase(first, first + static_cast<std::ptrdiff_t>(piece));
      if (fails(shorter)) {
        ops = shorter;
      } else {
        at += piece;
      }
    }
  }
  return ops;
}

}  // namespace simulated
