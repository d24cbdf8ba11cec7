// SPDX-License-Identifier: MIT
// The kernel's start, in the order in which it happens.
#include <algorithm>
#include <arch/contract.hpp>
#include <debug/panic.hpp>
#include <main/root_process.hpp>
#include <sched/kernel.hpp>
#include <trap/trap.hpp>

namespace kernel {

namespace {

// One number per 64 KiB of memory: a process needs more than that.
constexpr u64 memory_per_space = 64 * base::kib;

void make_space_table(abi::BootInfo& boot_info) {
  u64 memory = 0;
  for (const abi::MemoryRange& range : boot_info.memory) memory += range.size;
  const u64 capacity = std::min(machine::address_space_numbers(), memory / memory_per_space);
  const u64 size = *base::align_up(capacity * sizeof(AddressSpace), base::page_size);
  // Not zeroed: entries are written when they are first used, so a large machine starts as fast.
  abi::MemoryRange* largest = std::max_element(
      boot_info.free.items, boot_info.free.items + boot_info.free.count,
      [](const abi::MemoryRange& a, const abi::MemoryRange& b) { return a.size < b.size; });
  require(boot_info.free.count != 0 && largest->size > size, "no memory for the kernel");
  largest->size -= size;
  core.own_bytes = boot_info.kernel_image.size + size;
  core.spaces.initialise(static_cast<AddressSpace*>(
                             machine::physical_pointer(PhysAddr{largest->base + largest->size})),
                         capacity);
}

}  // namespace

// entry.S. `boot_info` lies in the window on physical memory.
extern "C" Thread* kernel_main(abi::BootInfo* boot_info) {
  core.machine = boot_info->machine;
  machine::initialise_cpu();
  require(boot_info->magic == abi::boot_info_magic &&
              boot_info->version == abi::boot_info_version &&
              boot_info->total_size == sizeof(abi::BootInfo),
          "boot/ and the kernel were built from different sources");
  machine::initialise_interrupts(core.machine);
  core.interrupts.initialise(core.machine);
  core.scheduler.initialise(machine::counter_frequency());
  make_space_table(*boot_info);
  make_root_process(*boot_info);
  return &next_thread();
}

}  // namespace kernel
