// SPDX-License-Identifier: MIT
// One FP unit, many threads: its registers change hands when a thread that does not own them uses
// it, which traps. Threads without FP never pay for it.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

// `next` is about to run: the unit is on exactly if it holds that thread's registers.
[[gnu::always_inline]] inline void hand_floating_point(Kernel& state, const Thread& next) {
  const bool owns = state.floating_point_owner == &next;
  if (owns != state.floating_point_usable) [[unlikely]] {
    state.floating_point_usable = owns;
    machine::set_floating_point(owns);
  }
}

// The running thread used the unit without owning it.
void take_floating_point(Thread& thread);

// The thread's FP registers are zero from now on; whatever the unit holds of it is dropped.
void reset_floating_point(Thread& thread);

// `thread` does not run: its registers stand in it from now on, and not in the unit.
void release_floating_point(Thread& thread);

}  // namespace kernel
