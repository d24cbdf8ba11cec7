// SPDX-License-Identifier: MIT
// The window through which the kernel sees all memory: the arena of the simulated machine.
#pragma once

#include <base/units.hpp>
#include <cstring>
#include <simulated/state.hpp>

namespace kernel::machine {

inline void* physical_pointer(base::PhysAddr address) {
  return simulated::machine.pointer(address);
}

inline base::PhysAddr physical_address(const void* pointer) {
  return simulated::machine.physical(pointer);
}

// As strict as the machine: whole blocks of 64 bytes, inside of memory.
inline void zero_memory(void* memory, base::u64 size) {
  const base::PhysAddr at = simulated::machine.physical(memory);
  if ((at.value() | size) % 64 != 0) throw simulated::Panic("zeroing part of a block");
  if (size != 0) std::memset(simulated::machine.pointer(at, size), 0, size);
}

// Both ends have to lie in memory. What overlaps is undefined, and must not stop the test.
inline void copy_memory(void* to, const void* from, base::u64 size) {
  if (size == 0) return;
  std::memmove(simulated::machine.pointer(simulated::machine.physical(to), size),
               simulated::machine.pointer(simulated::machine.physical(from), size), size);
}

}  // namespace kernel::machine
