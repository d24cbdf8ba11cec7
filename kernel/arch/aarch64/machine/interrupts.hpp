// SPDX-License-Identifier: MIT
// The interrupt controller: a GIC of version 2 or 3, as the machine description says.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::u32;

inline constexpr u32 no_interrupt = 1023;

// Everything masked except the alarm's interrupt.
void initialise_interrupts(const abi::Machine& machine);

// The highest pending interrupt, now active, or no_interrupt.
u32 claim_interrupt(const abi::Machine& machine);

// The interrupt may be raised again.
void complete_interrupt(const abi::Machine& machine, u32 number);

}  // namespace kernel::machine
