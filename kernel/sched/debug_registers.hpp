// SPDX-License-Identifier: MIT
// Each thread has breakpoints and watchpoints of its own; the CPU has one set of registers for
// them, which are off while threads without any run.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

// Nobody's breakpoints are in force.
[[gnu::always_inline]] inline void drop_debug_registers(Kernel& state) {
  if (state.watched == nullptr) return;
  machine::switch_debug_registers_off();
  state.watched = nullptr;
}

// `next`, which has breakpoints, is about to run: they are in force, and nobody else's. It never
// comes by the fast path.
void load_debug_registers(const Thread& next);

// The thread has no breakpoints from now on.
void reset_debug_registers(Thread& thread);

// Its debug registers have been changed; it does not run.
void debug_registers_changed(Thread& thread);

}  // namespace kernel
