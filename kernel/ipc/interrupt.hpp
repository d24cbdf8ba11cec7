// SPDX-License-Identifier: MIT
// What interrupts do: they end turns and signal notifications.
#pragma once

#include <object/timer.hpp>

namespace kernel {

// Takes the interrupt that waits, if there is one.
void take_interrupt();

// Whether one can still come that makes a thread ready.
bool can_be_interrupted();

// The timer signals once at `deadline`, or now if that has passed; 0: not any more. The deadline
// whose signal will not come because of this, or 0.
u64 set_timer(Timer& timer, u64 deadline);

}  // namespace kernel
