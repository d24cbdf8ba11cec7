// SPDX-License-Identifier: MIT
// The chain of frame records (AAPCS64 6.2.3): previous frame pointer, return address.
#pragma once

#include <base/units.hpp>

namespace kernel::machine {

class FramePointer {
 public:
  static FramePointer here() {
    return FramePointer{reinterpret_cast<const base::u64*>(__builtin_frame_address(0))};
  }

  // Zero at the end of the chain.
  [[nodiscard]] base::u64 return_address() const { return record_ != nullptr ? record_[1] : 0; }
  [[nodiscard]] FramePointer outer() const {
    return FramePointer{reinterpret_cast<const base::u64*>(record_[0])};
  }

 private:
  explicit FramePointer(const base::u64* record) : record_(record) {}

  const base::u64* record_;
};

}  // namespace kernel::machine
