// SPDX-License-Identifier: MIT
// A CNode: an array of slots behind a header. The root CNode of a thread holds leaves, the leaves
// (CNodes of 256 slots) hold what the thread can name.
#pragma once

#include <cap/object.hpp>
#include <cap/slot.hpp>

namespace kernel {

class CNode : public Object {
 public:
  explicit CNode(unsigned slot_bits) : Object(ObjectType::cnode), slot_bits_(slot_bits) {}

  [[nodiscard]] u64 size() const { return u64{1} << slot_bits_; }
  [[nodiscard]] unsigned slot_bits() const { return slot_bits_; }

  // `index` is below size().
  [[nodiscard]] Slot& slot(u64 index) { return slots()[index]; }

  // While it is torn down: all slots below this index are empty.
  u64 emptied = 0;

 private:
  // Zeroed memory is an empty slot, so making a CNode of any size touches its header only.
  [[nodiscard]] Slot* slots() {
    return reinterpret_cast<Slot*>(reinterpret_cast<char*>(this) + abi::cnode_header_bytes);
  }

  unsigned slot_bits_;
};

static_assert(sizeof(CNode) <= abi::cnode_header_bytes);

}  // namespace kernel
