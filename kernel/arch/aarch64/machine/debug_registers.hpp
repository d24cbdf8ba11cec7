// SPDX-License-Identifier: MIT
// Hardware breakpoints and watchpoints (Arm ARM D2.8, D2.9). They match at EL0 only, so the kernel
// never meets one, whatever memory it touches for a program.
#pragma once

#include <abi/object/thread.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::u32;
using base::u64;

// Of one index: DBGBVR, DBGWVR, DBGBCR, DBGWCR. A control register of zero is off.
struct WatchPair {
  u64 breakpoint = 0;
  u64 watchpoint = 0;
  u32 breakpoint_control = 0;
  u32 watchpoint_control = 0;
};

struct DebugRegisters {
  WatchPair pairs[abi::thread::max_watches];

  [[nodiscard]] bool are_in_use() const {
    u32 controls = 0;
    for (const WatchPair& pair : pairs)
      controls |= pair.breakpoint_control | pair.watchpoint_control;
    return controls != 0;
  }

  // `kind` is not off, and the arguments are as abi::thread::SetWatch asks.
  void set(u64 index, abi::thread::Watch kind, u64 address, u64 size) {
    constexpr u32 enabled_for_programs = 1 | 0b10 << 1;
    WatchPair& pair = pairs[index];
    if (kind == abi::thread::Watch::execute) {
      pair.breakpoint = address;
      pair.breakpoint_control = enabled_for_programs | 0xf << 5;
      return;
    }
    // The kinds count as the register does: 1 loads, 2 stores, 3 both. Bit i of the byte selection
    // is byte i of the doubleword.
    const u32 accesses = static_cast<u32>(kind) - 1;
    const u32 bytes = ((1u << size) - 1) << address % 8;
    pair.watchpoint = address & ~u64{7};
    pair.watchpoint_control = enabled_for_programs | accesses << 3 | bytes << 5;
  }
};

// How many the machine has.
u64 breakpoint_count();
u64 watchpoint_count();

// All of them off.
void initialise_debug_registers();

// From now on these are in force; or none.
void load_debug_registers(const DebugRegisters& registers);
void switch_debug_registers_off();

}  // namespace kernel::machine
