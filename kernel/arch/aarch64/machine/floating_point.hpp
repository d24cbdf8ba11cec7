// SPDX-License-Identifier: MIT
// FP and SIMD registers, switched lazily: the unit is off until a thread uses it.
#pragma once

#include <base/units.hpp>
#include <machine/floating_point_state.hpp>

namespace kernel::machine {

using base::u64;

inline void set_floating_point(bool usable) {
  asm volatile("msr cpacr_el1, %0\n isb" : : "r"(usable ? u64{3} << 20 : u64{0}));
}

// Both need the unit to be on. entry.S.
extern "C" void save_floating_point(FloatingPoint* to);
extern "C" void load_floating_point(const FloatingPoint* from);

}  // namespace kernel::machine
