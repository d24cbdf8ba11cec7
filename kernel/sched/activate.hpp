// SPDX-License-Identifier: MIT
// The CPU's side of a switch.
#pragma once

#include <machine/mmu.hpp>
#include <sched/floating_point.hpp>

namespace kernel {

// Makes the CPU ready for `thread`: its address space, and FP if the unit holds its registers.
inline void activate(const Thread& thread) {
  if (core.active_space != thread.space_number()) {
    core.active_space = thread.space_number();
    machine::activate_address_space(thread.space_number(), thread.space_root());
  }
  allow_floating_point(core.floating_point_owner == &thread);
}

}  // namespace kernel
