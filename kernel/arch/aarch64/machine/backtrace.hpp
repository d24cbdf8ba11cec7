// SPDX-License-Identifier: MIT
// The chain of frame records (AAPCS64 6.2.3): previous frame pointer, return address.
#pragma once

#include <base/units.hpp>

extern "C" {
extern const char kernel_stack_bottom[];
extern const char panic_stack_top[];
}

namespace kernel::machine {

// Believes nothing: whatever has gone wrong may have gone wrong with the stack. A record counts if
// it lies in a stack of the kernel, above the one before it.
class FramePointer {
 public:
  // Inlined: another function's frame would be gone when it has returned.
  [[gnu::always_inline]] static FramePointer here() {
    return FramePointer{reinterpret_cast<base::u64>(__builtin_frame_address(0)), 0};
  }
  static FramePointer at(base::u64 address) { return FramePointer{address, 0}; }

  // Zero at the end of the chain.
  [[nodiscard]] base::u64 return_address() const { return record_ != nullptr ? record_[1] : 0; }
  [[nodiscard]] FramePointer outer() const {
    return FramePointer{record_[0], reinterpret_cast<base::u64>(record_)};
  }

 private:
  FramePointer(base::u64 address, base::u64 inner) {
    const auto top = reinterpret_cast<base::u64>(panic_stack_top);
    const bool valid = address % 16 == 0 && address > inner &&
                       address >= reinterpret_cast<base::u64>(kernel_stack_bottom) &&
                       address < top && top - address >= 2 * sizeof(base::u64);
    if (valid) record_ = reinterpret_cast<const base::u64*>(address);
  }

  const base::u64* record_ = nullptr;
};

}  // namespace kernel::machine
