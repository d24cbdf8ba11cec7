// SPDX-License-Identifier: MIT
// Memory for kernel objects: an eighth of the machine, never mixed with the pages of programs.
//
// Untypeds give memory back only when all that was made of one is gone, so objects that come and go
// one by one are kept, ready, by kind. What a process has made for itself comes from a small
// Untyped of its own, which is revoked with it.
#pragma once

#include <servers/procmgr/kernel/cap_slots.hpp>

namespace procmgr {

// What is kept ready.
enum class Ready : u8 { page_table, reply, small_untyped, leaf_untyped };
inline constexpr u64 ready_kinds = 4;

inline constexpr unsigned small_untyped_bits = 12;
inline constexpr unsigned leaf_untyped_bits = 15;  // a leaf of 256 slots, and room beside it

class ObjectMemory {
 public:
  constexpr ObjectMemory() = default;

  // An Untyped that holds nothing.
  void add(CapPtr untyped, unsigned bits);

  // A new object in a slot of its own. Errors: no_memory, no_space.
  abi::Result<CapPtr> make(abi::ObjectType type, unsigned bits);

  // One of those that are ready, or a new one.
  abi::Result<CapPtr> take(Ready kind);
  // It is as it was when it was taken.
  void give_back(Ready kind, CapPtr at) { slots().push(ready_[static_cast<u64>(kind)], at); }

  [[nodiscard]] u64 total_bytes() const { return total_; }
  [[nodiscard]] u64 ready_count(Ready kind) const { return ready_[static_cast<u64>(kind)].count; }

 private:
  abi::Status retype(abi::ObjectType type, unsigned bits, CapPtr first, u64 count);
  abi::Status refill(Ready kind);
  static CapSlots& slots();

  static constexpr u64 max_untypeds = 64;
  CapPtr untypeds_[max_untypeds] = {};
  u64 untyped_count_ = 0;
  u64 total_ = 0;
  CapStack ready_[ready_kinds] = {};
};

}  // namespace procmgr
