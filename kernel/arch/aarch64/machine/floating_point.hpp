// SPDX-License-Identifier: MIT
// FP and SIMD registers: the unit is off while a thread runs that does not own them.
#pragma once

#include <base/units.hpp>
#include <machine/floating_point_state.hpp>

namespace kernel::machine {

using base::u64;

inline void set_floating_point(bool usable) {
  asm volatile("msr cpacr_el1, %0\n isb" : : "r"(usable ? u64{3} << 20 : u64{0}));
}

// All of these need the unit to be on. The work is done in entry.S, which is called without the
// usual convention: the fast path holds a message in the registers that a function may destroy.
#define FLOATING_POINT_CALL(function)              \
  asm volatile("adr x14, 1f\n b " function "\n 1:" \
               : "+r"(x12), "+r"(x13)              \
               :                                   \
               : "x14", "x15", "memory")

[[gnu::always_inline]] inline void save_floating_point(FloatingPoint* to) {
  register FloatingPoint* x12 asm("x12") = to;
  register u64 x13 asm("x13") = 0;
  FLOATING_POINT_CALL("save_floating_point");
}

[[gnu::always_inline]] inline void load_floating_point(const FloatingPoint* from) {
  register u64 x12 asm("x12") = 0;
  register const FloatingPoint* x13 asm("x13") = from;
  FLOATING_POINT_CALL("load_floating_point");
}

// Saves `to` and loads `from`.
[[gnu::always_inline]] inline void exchange_floating_point(FloatingPoint* to,
                                                           const FloatingPoint* from) {
  register FloatingPoint* x12 asm("x12") = to;
  register const FloatingPoint* x13 asm("x13") = from;
  FLOATING_POINT_CALL("exchange_floating_point");
}

#undef FLOATING_POINT_CALL

}  // namespace kernel::machine
