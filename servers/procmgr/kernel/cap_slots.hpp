// SPDX-License-Identifier: MIT
// The slots of procmgr's own CSpace: which are free, in which leaf they stand, and lists through
// them. The CSpace grows by a leaf when it has to.
#pragma once

#include <base/bits.hpp>
#include <libipc/cap.hpp>
#include <span>

namespace procmgr {

using abi::CapPtr;
using abi::u32;
using abi::u64;
using abi::u8;

// A stack of capabilities that are ready to be used, linked through records beside their slots.
struct CapStack {
  u32 top = 0;  // 0: empty
  u64 count = 0;
};

// Of 256 slots in a row. Lies in memory of its own, so that what is never used costs nothing.
struct SlotLeaf {
  CapPtr cnode;
  u64 used[abi::leaf_slots / 64] = {};
  u32 next[abi::leaf_slots] = {};  // of the stack that the slot's capability is in
};

class CapSlots {
 public:
  constexpr CapSlots() = default;
  CapSlots(const CapSlots&) = delete;
  CapSlots& operator=(const CapSlots&) = delete;

  // Before anything else: leaf 0, as the kernel has left it, and where the empty leaves begin.
  void initialise(u64 first_free_leaf);

  // An empty slot, or `count` (at most 64) in a row. Error: no_space.
  abi::Result<CapPtr> allocate() { return allocate_run(1); }
  abi::Result<CapPtr> allocate_run(u64 count);

  // A whole leaf: its number. For handles, which are found by the number of their slot.
  abi::Result<u64> allocate_leaf();

  // Gives back a slot that is empty (again).
  void release(CapPtr at);
  // Deletes what stands in the slot, and gives it back.
  void remove(CapPtr at);

  // The same, and with it everything that was made of it.
  void destroy(CapPtr at);

  // A slot for a capability that goes out with the present answer; emptied by clear_outgoing().
  abi::Result<CapPtr> outgoing();
  void clear_outgoing();

  // The slot for a capability that comes with a request and is no handle: the first of a message.
  // Whoever handles the request keeps it there and says where the next one goes, or it is deleted.
  abi::Status accept_incoming();
  [[nodiscard]] CapPtr incoming() const { return incoming_; }
  CapPtr keep_incoming(CapPtr next);
  void clear_incoming();

  // Where invocations that take a CNode and an index find the slot.
  [[nodiscard]] ipc::Cap<ipc::CNode> leaf_of(CapPtr at) const;
  [[nodiscard]] ipc::Cap<ipc::CNode> leaf(u64 number) const {
    return ipc::Cap<ipc::CNode>{leaves_[number]->cnode};
  }

  void push(CapStack& stack, CapPtr at);
  // Null if it is empty.
  CapPtr pop(CapStack& stack);

  [[nodiscard]] u64 used_count() const { return used_; }

 private:
  [[nodiscard]] SlotLeaf& record_of(CapPtr at) const { return *leaves_[at.value() >> 8]; }
  abi::Status grow();
  abi::Result<u64> make_leaf();

  static constexpr u64 max_leaves = 1024;
  SlotLeaf* leaves_[max_leaves] = {};
  u64 leaf_count_ = 0;  // leaves below this are there
  u64 current_ = 0;     // where to look first
  u64 free_ = 0;        // in all leaves that are not whole
  u64 used_ = 0;
  bool is_growing_ = false;
  CapPtr outgoing_;
  bool has_outgoing_ = false;
  CapPtr incoming_;
};

constexpr u64 index_in_leaf(CapPtr at) { return at.value() & (abi::leaf_slots - 1); }

}  // namespace procmgr
