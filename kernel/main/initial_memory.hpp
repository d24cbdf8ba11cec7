// SPDX-License-Identifier: MIT
// The only memory that the kernel takes for itself: its first objects, cut from the free memory
// that boot/ reports, before all the rest goes to the first process.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/units.hpp>

namespace kernel {

class InitialMemory {
 public:
  explicit InitialMemory(abi::BootInfo& boot_info) : boot_info_(boot_info) {}

  // Zeroed memory, `size` and `alignment` in bytes (multiples of 64; the alignment a power of two).
  // Too little memory is a fault of the machine's owner and stops the start with a clear line.
  base::PhysAddr take(base::u64 size, base::u64 alignment);

  // Gives what is left of the current page to nobody: the free ranges consist of whole pages.
  void close();

  // Memory that boot/ does not list becomes free. False: the list is full.
  bool give(abi::MemoryRange range) { return boot_info_.free.push(range); }

 private:
  abi::BootInfo& boot_info_;
};

}  // namespace kernel
