// SPDX-License-Identifier: MIT
// FP registers: none, but the same room for them in every thread.
#pragma once

#include <base/units.hpp>
#include <simulated/state.hpp>

namespace kernel::machine {

using base::u64;

struct alignas(16) FloatingPoint {
  u64 vectors[64] = {};
  u64 status = 0;
  u64 control = 0;
};

inline void set_floating_point(bool usable) { simulated::machine.floating_point = usable; }
inline void save_floating_point(FloatingPoint*) {}
inline void load_floating_point(const FloatingPoint*) {}
inline void exchange_floating_point(FloatingPoint*, const FloatingPoint*) {}

}  // namespace kernel::machine
