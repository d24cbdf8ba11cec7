// SPDX-License-Identifier: MIT
// An exception in the kernel itself: what the machine shows of it.
#pragma once

#include <base/units.hpp>

namespace kernel::machine {

using base::u64;

// Filled by kernel_mistake (entry.S), in this order.
struct MistakeRegisters {
  u64 x[31];
  u64 sp;
  u64 pc;
  u64 flags;
  u64 syndrome;
  u64 address;
};

static_assert(sizeof(MistakeRegisters) == 288);

// `cause`: which vector was taken. Classes of ESR_EL1: Arm ARM D17.2.37.
inline const char* name_of_mistake(u64 cause, u64 syndrome) {
  if (cause == 1 || cause == 2) return "an interrupt in the kernel";
  if (cause == 3) return "SError in the kernel";
  switch (syndrome >> 26 & 0x3f) {
    case 0x00: return "an undefined instruction in the kernel";
    case 0x07: return "FP registers used in the kernel";
    case 0x21: return "a jump in the kernel that faults";
    case 0x22: return "a misaligned pc in the kernel";
    case 0x25: return "an access in the kernel that faults";
    case 0x26: return "a misaligned sp in the kernel";
    case 0x3c: return "a breakpoint in the kernel";
    default: return "an exception in the kernel";
  }
}

}  // namespace kernel::machine
