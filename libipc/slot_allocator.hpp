// SPDX-License-Identifier: MIT
// The free slots of a program: which ones in which of its leaves. For one thread; a program whose
// threads all make capabilities gives each its own.
#pragma once

#include <base/bits.hpp>
#include <libipc/cap.hpp>
#include <span>

namespace ipc {

class SlotAllocator {
 public:
  // Asked when no slot is left: adds a leaf with add_leaf, or says why there is none.
  using Grow = abi::Status (*)(SlotAllocator& slots);

  constexpr SlotAllocator() = default;
  constexpr explicit SlotAllocator(Grow grow) : grow_(grow) {}
  SlotAllocator(const SlotAllocator&) = delete;
  SlotAllocator& operator=(const SlotAllocator&) = delete;

  // Slots `first`.. of the leaf at root index `leaf` are empty and ours from now on. `cnode` is a
  // capability for that leaf, for deleting. Error: no_space (too many leaves).
  abi::Status add_leaf(u64 leaf, Cap<CNode> cnode, u64 first);

  // An empty slot, or `count` in a row. Error: no_space, or what `grow` says.
  abi::Result<abi::CapPtr> allocate() { return allocate_run(1); }
  abi::Result<abi::CapPtr> allocate_run(u64 count);

  // Gives back a slot that is empty (again).
  void release(abi::CapPtr at);

  // Deletes what stands in the slot, and gives the slot back.
  void clear(abi::CapPtr at);

  // Where invocations that take a CNode and an index find the slot.
  [[nodiscard]] Cap<CNode> cnode_of(abi::CapPtr at) const;

  [[nodiscard]] u64 free_count() const;

 private:
  // A bit of `used` for each slot.
  struct Leaf {
    u64 root_index = 0;
    Cap<CNode> cnode;
    u64 used[abi::leaf_slots / 64] = {};

    [[nodiscard]] bool is_used(u64 i) const { return (used[i / 64] >> i % 64 & 1) != 0; }
    void mark(u64 first, u64 count, bool as_used);
    // The start of a run of free slots; leaf_slots if there is none.
    [[nodiscard]] u64 find_run(u64 count) const;
  };

  abi::Result<abi::CapPtr> take_run(u64 count);
  [[nodiscard]] const Leaf* leaf_of(abi::CapPtr at) const;

  static constexpr u64 max_leaves = 16;
  Leaf leaves_[max_leaves] = {};
  u64 leaf_count_ = 0;
  Grow grow_ = nullptr;
};

// The index of a slot within its leaf.
constexpr u64 index_in_leaf(abi::CapPtr at) { return at.value() & (abi::leaf_slots - 1); }

}  // namespace ipc
