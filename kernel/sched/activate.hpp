// SPDX-License-Identifier: MIT
// The CPU's side of a switch.
#pragma once

#include <sched/debug_registers.hpp>
#include <sched/floating_point.hpp>

namespace kernel {

// Makes the CPU ready for `thread`: its address space, and what else it has to be set up for.
[[gnu::always_inline]] inline void activate(Kernel& state, Thread& thread) {
  if (state.active_space != thread.space()) {
    state.active_space = thread.space();
    machine::activate_address_space(thread.space());
  }
  if (state.cpu_state != thread.cpu_state) [[unlikely]] {
    hand_floating_point(state, thread);
    drop_debug_registers(state);
    state.cpu_state = thread.cpu_state;
  }
}

}  // namespace kernel
