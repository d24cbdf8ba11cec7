// SPDX-License-Identifier: MIT
// Breakpoints: those of aarch64, as many as QEMU's cortex-a57 has; nothing ever meets one.
#pragma once

#include <kernel/arch/aarch64/machine/debug_registers.hpp>
#include <simulated/state.hpp>

namespace kernel::machine {

inline u64 breakpoint_count() { return 6; }
inline u64 watchpoint_count() { return 4; }

inline void load_debug_registers(const DebugRegisters&) { simulated::machine.watches = true; }
inline void switch_debug_registers_off() { simulated::machine.watches = false; }

}  // namespace kernel::machine
