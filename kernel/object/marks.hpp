// SPDX-License-Identifier: MIT
// How far an Untyped is used.
//
//   0            watermark        cleared            size
//   [ objects ....  | zeroes ........ | anything ...... ]      both marks in the slot's data word
#pragma once

#include <cap/slot.hpp>

namespace kernel {

struct Marks {
  u64 used = 0;
  u64 cleared = 0;  // zeroes from `used` to here; at least `used`

  // When the last object has gone, all memory is free again, and dirty, unless nothing was made
  // since it was zeroed.
  static Marks of(const Slot& slot) {
    const Marks stored{(slot.data & 0xffff'ffff) * abi::object_alignment,
                       (slot.data >> 32) * abi::object_alignment};
    if (!slot.has_children() && stored.used != 0) return {};
    return stored;
  }
  void store(Slot& slot) const {
    slot.data = used / abi::object_alignment | cleared / abi::object_alignment << 32;
  }
};

}  // namespace kernel
