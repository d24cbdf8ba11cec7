// SPDX-License-Identifier: MIT
// A CNode: an array of slots behind a header. The root CNode of a thread holds leaves, the leaves
// (CNodes of 256 slots) hold what the thread can name.
#pragma once

#include <array>
#include <cap/object.hpp>
#include <cap/slot.hpp>
#include <optional>

namespace kernel {

class CNode : public Object {
 public:
  explicit CNode(unsigned slot_bits)
      : Object(ObjectType::cnode), slot_bits_(static_cast<base::u8>(slot_bits)) {}

  [[nodiscard]] u64 size() const { return u64{1} << slot_bits_; }
  [[nodiscard]] unsigned slot_bits() const { return slot_bits_; }

  // `index` is below size().
  [[nodiscard]] Slot& slot(u64 index) { return slots()[index]; }

  // The anchors in it of which nothing is derived, until somebody asked for them: a bit for each
  // slot, which is why anchors stand in CNodes of at most 256 slots.
  [[nodiscard]] bool may_hold_anchors() const { return slot_bits_ <= abi::leaf_bits; }
  void set_unreferenced(const Slot& slot, bool holds);
  [[nodiscard]] bool is_unreferenced(u64 index) const {
    return (unreferenced_[index / 64] >> index % 64 & 1) != 0;
  }
  // One of them, in turns, by its index.
  std::optional<u64> take_unreferenced();

  // While it is torn down: all slots below this index are empty.
  u64 emptied = 0;

 private:
  // Zeroed memory is an empty slot, so making a CNode of any size touches its header only.
  [[nodiscard]] Slot* slots() {
    return reinterpret_cast<Slot*>(reinterpret_cast<char*>(this) + abi::cnode_header_bytes);
  }

  base::u8 slot_bits_;
  base::u8 turn_ = 0;  // whose turn it is to be told about: a slot's index
  std::array<u64, abi::leaf_slots / 64> unreferenced_{};

 public:
  Slot notification;  // signalled when an anchor loses the last of what is derived from it
};

static_assert(sizeof(CNode) == abi::cnode_header_bytes);

// Makes the capability in `slot` of `home` an anchor.
void make_anchor(CNode& home, Slot& slot);

// An anchor was moved to the slot `to` of `home`.
void move_anchor(CNode& home, Slot& to, const Slot& from);

}  // namespace kernel
