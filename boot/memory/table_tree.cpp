// SPDX-License-Identifier: MIT
#include <boot/memory/table_tree.hpp>

namespace boot {

namespace paging = base::paging;

Result<base::PhysAddr> TableSupply::take() {
  if (rest_.empty()) return Fault::tables_exhausted;
  const base::PhysAddr table{rest_.begin};
  rest_.begin += base::page_size;
  return table;
}

// The entry for `address` on `level`, with the tables above it.
Result<paging::Position> TableTree::find_or_make(base::VirtAddr address, unsigned level) {
  for (;;) {
    const paging::Position at = walker().find(address, level);
    if (at.level == level) return at;
    if (Format::is_present(*at.entry)) return Fault::already_mapped;
    *at.entry = Format::make_table(TRY(supply_.take()));
  }
}

Result<void> TableTree::map(base::VirtAddr address, Range physical, paging::Attributes attributes) {
  while (!physical.empty()) {
    const unsigned level =
        paging::largest_level<Format>(address, base::PhysAddr{physical.begin}, physical.size());
    const u64 step = paging::entry_size(level);
    const paging::Position at = TRY(find_or_make(address, level));
    // As many entries as this table has: finding a place costs more than filling it. A larger page
    // can fit again only where the next table begins.
    u64 room = at.entries_left(address);
    for (u64* entry = at.entry; room != 0 && physical.size() >= step; ++entry, --room) {
      if (Format::is_present(*entry)) return Fault::already_mapped;
      *entry = Format::make_page(base::PhysAddr{physical.begin}, level, attributes);
      physical.begin += step;
      address = address + base::Bytes{step};
    }
  }
  return {};
}

}  // namespace boot
