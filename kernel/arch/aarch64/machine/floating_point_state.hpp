// SPDX-License-Identifier: MIT
// The FP and SIMD registers of a thread while the unit does not hold them. entry.S saves and loads
// them in this order.
#pragma once

#include <abi/object/thread.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::u64;

// What a program may set. FPSR: QC and the sticky exceptions. FPCR: AHP, DN, FZ, the rounding mode,
// FZ16, and the trap enables.
inline constexpr u64 status_mask = 0x0800'009f;
inline constexpr u64 control_mask = 0x07c8'9f00;

// Without initialisers, as the Context.
struct alignas(16) FloatingPoint {
  u64 vectors[64];
  u64 status;
  u64 control;

  // What holders of the thread's capability may see and set.
  void read(abi::thread::FloatingPoint& registers) const {
    for (unsigned i = 0; i < 64; ++i) registers.v[i] = vectors[i];
    registers.fpsr = status & status_mask;
    registers.fpcr = control & control_mask;
  }
  void write(const abi::thread::FloatingPoint& registers) {
    for (unsigned i = 0; i < 64; ++i) vectors[i] = registers.v[i];
    status = registers.fpsr & status_mask;
    control = registers.fpcr & control_mask;
  }
};

}  // namespace kernel::machine
