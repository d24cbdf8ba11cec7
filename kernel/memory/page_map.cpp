// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory/page_map.hpp>

namespace kernel {

using base::Bytes;
using base::paging::entries_per_table;
using base::paging::entry_size;
using base::paging::Position;

Step PageMap::fill(u64 at, u64 end, PhysAddr physical, Attributes attributes) {
  const Position first = walker_.find(VirtAddr{at});
  if (Format::is_present(*first.entry)) return {at, abi::Error::occupied};
  const u64 size = entry_size(first.level);
  const bool fits = first.level <= Format::largest_page_level &&
                    base::is_aligned(at | physical.value(), size) && end - at >= size;
  if (!fits) return {at, abi::Error::needs_table};

  const u64 wanted = (end - at) / size;
  const u64 count = std::min(first.entries_left(VirtAddr{at}), wanted);
  Step step{at, abi::Error::none};
  u64* entry = first.entry;
  for (u64 i = 0; i < count; ++i, ++entry) {
    // A present entry that is a table is left for the next step, which descends into it.
    if (Format::is_present(*entry)) {
      if (!Format::is_table(*entry, first.level)) step.error = abi::Error::occupied;
      break;
    }
    *entry = Format::make_page(physical + Bytes{i * size}, first.level, attributes);
    step.reached += size;
  }
  machine::publish_new_entries();
  return step;
}

template <class Replace>
Step PageMap::rewrite(u64 at, u64 end, PhysRun run, Replace replace) {
  const Position first = walker_.find(VirtAddr{at});
  const u64 size = entry_size(first.level);
  const u64 left = first.entries_left(VirtAddr{at});
  at = base::align_down(at, size);
  u64* entry = first.entry;
  machine::begin_invalidation();
  for (u64 i = 0; i < left && at < end; ++i, ++entry, at += size) {
    if (!Format::is_present(*entry)) continue;
    if (Format::is_table(*entry, first.level)) break;
    const PhysAddr physical = Format::address(*entry, first.level);
    if (!run.contains(physical, size)) continue;
    *entry = replace(physical, first.level);
    machine::begin_invalidation();
    machine::invalidate_page(number_, VirtAddr{at});
  }
  machine::end_invalidation();
  return {at, abi::Error::none};
}

Step PageMap::remove(u64 at, u64 end, PhysRun run) {
  return rewrite(at, end, run, [](PhysAddr, unsigned) { return u64{0}; });
}

Step PageMap::change(u64 at, u64 end, PhysRun run, Attributes attributes) {
  return rewrite(at, end, run, [=](PhysAddr physical, unsigned level) {
    return Format::make_page(physical, level, attributes);
  });
}

std::optional<u64> PageMap::cut_page(u64 boundary, PhysRun run) const {
  const Position at = walker_.find(VirtAddr{boundary});
  const u64 size = entry_size(at.level);
  const u64 start = base::align_down(boundary, size);
  if (start == boundary || !Format::is_present(*at.entry)) return std::nullopt;
  if (!run.contains(Format::address(*at.entry, at.level), size)) return std::nullopt;
  return start;
}

abi::Result<unsigned> PageMap::add_table(u64 at, PhysAddr table) {
  const Position place = walker_.find(VirtAddr{at});
  if (place.level == 0) return abi::Error::occupied;
  if (Format::is_present(*place.entry)) {
    split(place, at, table);
  } else {
    // The table's zeroes must be visible before the entry that leads to them.
    machine::publish_new_entries();
    *place.entry = Format::make_table(table);
  }
  machine::publish_new_entries();
  return place.level;
}

// The same memory, by pages one level smaller. In between the large page is gone: an architecture
// may otherwise hold both translations at once (Arm ARM D8.14, break-before-make).
void PageMap::split(Position place, u64 address, PhysAddr table) {
  const u64 page = *place.entry;
  const PhysAddr physical = Format::address(page, place.level);
  const Attributes attributes = Format::attributes(page);
  auto* entries = static_cast<u64*>(machine::physical_pointer(table));
  const u64 size = entry_size(place.level - 1);
  for (u64 i = 0; i < entries_per_table; ++i)
    entries[i] = Format::make_page(physical + Bytes{i * size}, place.level - 1, attributes);
  *place.entry = 0;
  machine::begin_invalidation();
  machine::invalidate_page(number_, VirtAddr{address});
  machine::end_invalidation();
  *place.entry = Format::make_table(table);
}

void PageMap::remove_table(u64 at, unsigned level, PhysAddr table) {
  const Position place = walker_.find(VirtAddr{at}, level);
  const bool ours = place.level == level && Format::is_table(*place.entry, level) &&
                    Format::address(*place.entry, level) == table;
  if (!ours) return;
  *place.entry = 0;
  machine::invalidate_space(number_);
}

std::optional<PageMap::Translation> PageMap::translate(u64 at) const {
  const Position place = walker_.find(VirtAddr{at});
  if (!Format::is_present(*place.entry)) return std::nullopt;
  const u64 offset = at & (entry_size(place.level) - 1);
  return Translation{Format::address(*place.entry, place.level) + Bytes{offset},
                     base::paging::entry_bits(place.level), Format::attributes(*place.entry)};
}

}  // namespace kernel
