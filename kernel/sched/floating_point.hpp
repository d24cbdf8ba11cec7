// SPDX-License-Identifier: MIT
// One FP unit, many threads. Its registers change hands when a thread that does not own them uses
// it, which traps; so threads without FP never pay for it. A thread that has trapped gets them with
// the next few switches without asking, because two threads that both compute would else trap at
// every switch.
//
// Invariants: a thread's `cpu_state` says floating_point exactly if it is the owner; the unit is on
// exactly if the owner runs.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

inline constexpr u32 eager_switches = 16;

// The unit, which is on, holds the registers of `thread` from now on.
[[gnu::always_inline]] inline void own_floating_point(Kernel& state, Thread& thread) {
  Thread* owner = state.floating_point_owner;
  if (owner == nullptr) {
    machine::load_floating_point(&thread.floating_point);
  } else {
    machine::exchange_floating_point(&owner->floating_point, &thread.floating_point);
    owner->cpu_state &= ~cpu_state::floating_point;
  }
  thread.cpu_state |= cpu_state::floating_point;
  state.floating_point_owner = &thread;
}

// The unit is on exactly if `usable`.
[[gnu::always_inline]] inline void use_floating_point(Kernel& state, bool usable) {
  if (usable == ((state.cpu_state & cpu_state::floating_point) != 0)) return;
  machine::set_floating_point(usable);
}

// `next` is about to run, and the CPU is not set up for it.
[[gnu::always_inline]] inline void hand_floating_point(Kernel& state, Thread& next) {
  constexpr u32 both = cpu_state::eager | cpu_state::floating_point;
  if ((next.cpu_state & both) == cpu_state::eager) {
    use_floating_point(state, true);
    own_floating_point(state, next);
    if (--next.eager_switches == 0) next.cpu_state &= ~cpu_state::eager;
  } else {
    use_floating_point(state, (next.cpu_state & cpu_state::floating_point) != 0);
  }
}

// The running thread used the unit without owning it.
void take_floating_point(Thread& thread);

// The thread's FP registers are zero from now on; whatever the unit holds of it is dropped.
void reset_floating_point(Thread& thread);

// The unit holds nothing of the thread any more.
void disown_floating_point(Thread& thread);

// `thread` does not run: its registers stand in it from now on, and not in the unit.
void release_floating_point(Thread& thread);

}  // namespace kernel
