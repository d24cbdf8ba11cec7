// SPDX-License-Identifier: MIT
#include <boot/memory/kernel_space.hpp>

namespace boot {

namespace layout = abi::layout;
using base::paging::Attributes;

KernelSpace::KernelSpace(Range tables, u64 table_offset)
    : root_(tables.begin),
      table_offset_(table_offset),
      supply_({tables.begin + base::page_size, tables.end}),
      supplied_(tables) {}

Result<void> KernelSpace::map_memory(Range memory) {
  if (memory.end > layout::physical_window_size) return Fault::outside_address_space;
  return tree().map(base::VirtAddr{layout::physical_window + memory.begin}, memory,
                    Attributes{.write = true, .global = true});
}

Result<base::VirtAddr> KernelSpace::map_device(Range registers) {
  // Alike modulo 2 MiB, so that large windows (GICv3 redistributors of many processors) need few
  // tables and entries.
  constexpr u64 large_page = base::paging::entry_size(1);
  const Range pages = registers.outer_pages();
  const u64 alignment = pages.size() < large_page ? base::page_size : large_page;
  const u64 address = next_device_ + ((pages.begin - next_device_) & (alignment - 1));
  constexpr u64 window_end = layout::device_window + layout::device_window_size;
  if (address > window_end || pages.size() > window_end - address) return Fault::device_window_full;
  TRY(tree().map(base::VirtAddr{address}, pages,
                 Attributes{.write = true, .device = true, .global = true}));
  next_device_ = address + pages.size();
  return base::VirtAddr{address + (registers.begin - pages.begin)};
}

Result<void> KernelSpace::map_kernel(base::VirtAddr address, Range pages, bool writable,
                                     bool executable) {
  return tree().map(address, pages,
                    Attributes{.write = writable, .execute = executable, .global = true});
}

Range KernelSpace::replace_supply(Range tables) {
  const Range rest = supply_.rest();
  used_ = hull(used_, {supplied_.begin, rest.begin});
  supply_ = TableSupply(tables);
  supplied_ = tables;
  return rest;
}

}  // namespace boot
