// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <debug/console.hpp>
#include <machine/memory.hpp>
#include <machine/power.hpp>
#include <main/initial_memory.hpp>

namespace kernel {

base::PhysAddr InitialMemory::take(base::u64 size, base::u64 alignment) {
  for (base::u64 i = 0; i < boot_info_.free.count; ++i) {
    abi::MemoryRange& range = boot_info_.free.items[i];
    const base::u64 start = base::align_up(range.base, alignment).value_or(~base::u64{0});
    if (start - range.base > range.size || size > range.size - (start - range.base)) continue;
    // What alignment skips stays free as a range of its own, if whole pages of it are left.
    const base::u64 skipped_end = base::align_down(start, base::page_size);
    if (skipped_end > range.base && !give({range.base, skipped_end - range.base})) continue;
    range.size -= start + size - range.base;
    range.base = start + size;
    void* memory = machine::physical_pointer(base::PhysAddr{start});
    machine::zero_memory(memory, *base::align_up(size, 64));
    return base::PhysAddr{start};
  }
  print_line("kernel: error: too little free memory for the first process");
  machine::power_off(core.machine, 1);
}

void InitialMemory::close() {
  for (base::u64 i = 0; i < boot_info_.free.count; ++i) {
    abi::MemoryRange& range = boot_info_.free.items[i];
    const base::u64 start = base::align_up(range.base, base::page_size).value_or(range.base);
    const base::u64 lost = start - range.base;
    range.size = lost < range.size ? range.size - lost : 0;
    range.base = start;
  }
}

}  // namespace kernel
