// SPDX-License-Identifier: MIT
// The window through which the kernel sees all memory.
#pragma once

#include <abi/layout.hpp>
#include <base/units.hpp>
#include <cstring>

namespace kernel::machine {

inline void* physical_pointer(base::PhysAddr address) {
  return reinterpret_cast<void*>(abi::layout::physical_window + address.value());
}

// `pointer` lies in the window.
inline base::PhysAddr physical_address(const void* pointer) {
  return base::PhysAddr{reinterpret_cast<base::u64>(pointer) - abi::layout::physical_window};
}

// Zeroes `size` bytes at `memory`, both multiples of 64: DC ZVA clears a block of 64 bytes on every
// core that boot lets in.
inline void zero_memory(void* memory, base::u64 size) {
  auto at = reinterpret_cast<base::u64>(memory);
  for (const base::u64 end = at + size; at != end; at += 64)
    asm volatile("dc zva, %0" : : "r"(at) : "memory");
}

// copy.S. `size` is a multiple of 256 and not 0.
extern "C" void copy_blocks(void* to, const void* from, base::u64 size);

// Copies `size` bytes of memory, aligned in any way. Where both overlap the result is undefined.
inline void copy_memory(void* to, const void* from, base::u64 size) {
  const base::u64 rest = size % 256;
  const base::u64 blocks = size - rest;
  if (blocks != 0) copy_blocks(to, from, blocks);
  if (rest != 0)
    std::memcpy(static_cast<char*>(to) + blocks, static_cast<const char*>(from) + blocks, rest);
}

}  // namespace kernel::machine
