// SPDX-License-Identifier: MIT
// The CPU's side of a switch.
#pragma once

#include <sched/debug_registers.hpp>
#include <sched/floating_point.hpp>

namespace kernel {

// Makes the CPU ready for `thread`: its address space, its breakpoints, and FP if the unit holds
// its registers.
[[gnu::always_inline]] inline void activate(Kernel& state, const Thread& thread) {
  if (state.active_space != thread.space()) {
    state.active_space = thread.space();
    machine::activate_address_space(thread.space());
  }
  hand_floating_point(state, thread);
  hand_debug_registers(state, thread);
}

}  // namespace kernel
