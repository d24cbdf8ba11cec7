// SPDX-License-Identifier: MIT
// The words that cross the boundary. Each is one 64-bit word, so that a struct of them is its own
// message: no padding, no conversion.
#pragma once

#include <base/strong.hpp>
#include <base/units.hpp>

namespace abi {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

// Where a capability stands in the caller's CSpace: `root index << 8 | leaf index`, 32 bits.
// The upper half must be zero. Zero names nothing, ever.
using CapPtr = base::Strong<struct CapPtrTag, u64>;

inline constexpr unsigned leaf_bits = 8;
inline constexpr u64 leaf_slots = u64{1} << leaf_bits;
inline constexpr unsigned max_root_bits = 16;

constexpr CapPtr cap_at(u64 leaf, u64 index) { return CapPtr{leaf << leaf_bits | index}; }

// A slot, either in the caller's own CSpace (cnode = 0: `index` is a CapPtr) or in the CNode that
// the capability `cnode` names. Packed as `cnode << 32 | index`.
struct SlotName {
  u64 raw = 0;

  static constexpr SlotName own(CapPtr at) { return {at.value()}; }
  static constexpr SlotName in(CapPtr cnode, u64 index) { return {cnode.value() << 32 | index}; }
  [[nodiscard]] constexpr CapPtr cnode() const { return CapPtr{raw >> 32}; }
  [[nodiscard]] constexpr u64 index() const { return raw & 0xffffffff; }
};

// What a capability says of its holder to the server that receives on the endpoint. Zero: unbadged.
using Badge = base::Strong<struct BadgeTag, u64>;

// 0 runs last, 255 first. Written without `<` on purpose: ask `is_above`.
struct Priority {
  u64 level = 0;

  [[nodiscard]] constexpr bool is_above(Priority other) const { return level > other.level; }
  friend constexpr bool operator==(Priority, Priority) = default;
};

inline constexpr u64 priority_levels = 256;

}  // namespace abi
