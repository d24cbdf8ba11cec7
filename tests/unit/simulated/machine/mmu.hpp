// SPDX-License-Identifier: MIT
// Address spaces in the format of aarch64; what the CPU may have cached is kept in the simulated
// machine, and leaves it when an invalidation is complete, not before.
#pragma once

#include <base/bits.hpp>
#include <base/paging/aarch64.hpp>
#include <base/units.hpp>
#include <simulated/state.hpp>
#include <utility>
#include <vector>

namespace kernel::machine {

using base::PhysAddr;
using base::u64;
using base::VirtAddr;

using PageFormat = base::paging::Aarch64;

// Invalidations that no end_invalidation() has completed yet.
inline std::vector<std::pair<u64, u64>> begun_invalidations;

inline u64 address_space_numbers() { return simulated::machine.space_numbers; }

using SpaceWord = base::Strong<struct SpaceWordTag, u64>;

constexpr SpaceWord space_word(u64 number, PhysAddr root) {
  return SpaceWord{number << 48 | root.value()};
}

inline void activate_address_space(SpaceWord space) {
  simulated::machine.active_space = space.value();
}

inline void activate_no_address_space() { activate_address_space({}); }

inline void publish_new_entries() {}
inline void begin_invalidation() {}

inline void end_invalidation() {
  for (const auto& [number, address] : begun_invalidations)
    simulated::machine.cache.invalidate_page(number, address);
  begun_invalidations.clear();
}

inline void invalidate_page(u64 number, VirtAddr address) {
  begun_invalidations.emplace_back(number, address.value());
}

inline void invalidate_space(u64 number) { simulated::machine.cache.invalidate_space(number); }

}  // namespace kernel::machine
