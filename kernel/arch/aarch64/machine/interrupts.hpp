// SPDX-License-Identifier: MIT
// The interrupt controller: a GIC of version 2 or 3, as the machine description says.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::u32;

// Numbers below the first belong to a CPU; from the maximum on they say that there is none.
inline constexpr u32 first_device_interrupt = 32;
inline constexpr u32 max_interrupts = 1020;
inline constexpr u32 no_interrupt = 1023;

// Everything masked except the alarm's interrupt.
void initialise_interrupts(const abi::Machine& machine);

// One more than the highest number of an interrupt.
u32 interrupt_lines(const abi::Machine& machine);

// A device's interrupt, which is masked, will come to this CPU: when its line rises (`edge`) or
// while it is up. An edge that came before is forgotten.
void configure_interrupt(const abi::Machine& machine, u32 number, bool edge);

// The interrupt is not raised from now on, or is again. A mask may take effect late: the interrupt
// may come once more.
void mask_interrupt(const abi::Machine& machine, u32 number);
void unmask_interrupt(const abi::Machine& machine, u32 number);

// The highest pending interrupt, now active, or a number from the maximum on.
u32 claim_interrupt(const abi::Machine& machine);

// The interrupt may be raised again.
void complete_interrupt(const abi::Machine& machine, u32 number);

// Both at once, in the order in which a line that is still up does not raise it again.
void mask_and_complete_interrupt(const abi::Machine& machine, u32 number);

}  // namespace kernel::machine
