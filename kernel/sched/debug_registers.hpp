// SPDX-License-Identifier: MIT
// Each thread has breakpoints and watchpoints of its own; the CPU has one set of registers for
// them, which are off while threads without any run.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

// `next` is about to run: its breakpoints are in force, and nobody else's.
void exchange_debug_registers(Kernel& state, const Thread& next);
[[gnu::always_inline]] inline void hand_debug_registers(Kernel& state, const Thread& next) {
  if (state.watched != nullptr || next.is_watched) [[unlikely]]
    exchange_debug_registers(state, next);
}

// The thread has no breakpoints from now on.
void reset_debug_registers(Thread& thread);

// Its debug registers have been changed; it does not run.
void debug_registers_changed(Thread& thread);

}  // namespace kernel
