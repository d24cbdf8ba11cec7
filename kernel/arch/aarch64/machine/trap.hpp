// SPDX-License-Identifier: MIT
// Why a program has entered the kernel.
#pragma once

#include <abi/fault.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::u32;
using base::u64;

enum class TrapKind { system_call, floating_point, fault, interrupt, impossible };
inline constexpr u64 trap_kinds = 5;

struct Trap {
  TrapKind kind = TrapKind::impossible;
  u32 number = 0;  // of the system call
  abi::FaultKind fault = abi::FaultKind::other;
  abi::Access access = abi::Access::none;
  u64 address = 0;
  bool present = false;
  u64 syndrome = 0;
};

// `cause`: which vector was taken (entry.S).
Trap decode_trap(u64 cause);

}  // namespace kernel::machine
