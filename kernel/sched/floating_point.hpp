// SPDX-License-Identifier: MIT
// One FP unit, many threads: its registers change hands when a thread that does not own them uses
// it, which traps. Threads without FP never pay for it.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

// The thread that runs next may use the unit without a trap, or not.
inline void allow_floating_point(bool allowed) {
  if (core.floating_point_usable == allowed) return;
  core.floating_point_usable = allowed;
  machine::set_floating_point(allowed);
}

// The running thread used the unit without owning it.
void take_floating_point(Thread& thread);

// The thread's FP registers are zero from now on; whatever the unit holds of it is dropped.
void reset_floating_point(Thread& thread);

}  // namespace kernel
