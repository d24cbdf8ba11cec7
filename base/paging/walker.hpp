// SPDX-License-Identifier: MIT
// The one page-table walker: for all levels, sizes and architectures, in boot/ and in the kernel.
//
//   root (level 2)          table (level 1)         table (level 0)
//   [ .. table --]--------->[ .. table --]--------->[ .. page -> 4 KiB ]
//   [ .. page -> 1 GiB ]    [ .. page -> 2 MiB ]    [ .. absent        ]
//
// It only finds entries. Who changes them decides about barriers and translation caches.
#pragma once

#include <base/paging/format.hpp>

namespace base::paging {

// A place in a tree of tables: the entry that covers an address on a level.
struct Position {
  u64* entry = nullptr;
  unsigned level = 0;

  // How many entries follow in the same table, this one included.
  [[nodiscard]] u64 entries_left(VirtAddr address) const {
    return entries_per_table - index_at(address, level);
  }
};

// `Window` turns the physical address of a table into a pointer: `u64* table(PhysAddr)`.
template <Format F, class Window>
class Walker {
 public:
  constexpr Walker(PhysAddr root, Window window) : root_(root), window_(window) {}

  // Follows tables towards `address` until an entry that is no table, or until level `lowest`.
  [[nodiscard]] Position find(VirtAddr address, unsigned lowest = 0) const {
    unsigned level = F::levels - 1;
    u64* table = window_.table(root_);
    for (;;) {
      u64* entry = table + index_at(address, level);
      if (level == lowest || !F::is_table(*entry, level)) return {entry, level};
      table = window_.table(F::address(*entry, level));
      --level;
    }
  }

  // The physical address that `address` is mapped to, or nothing.
  [[nodiscard]] std::optional<PhysAddr> translate(VirtAddr address) const {
    const Position at = find(address);
    if (!F::is_present(*at.entry)) return std::nullopt;
    const u64 offset = address.value() & (entry_size(at.level) - 1);
    return F::address(*at.entry, at.level) + Bytes{offset};
  }

 private:
  PhysAddr root_;
  Window window_;
};

// The largest level whose page fits at both addresses and into `length`.
template <Format F>
constexpr unsigned largest_level(VirtAddr virtual_address, PhysAddr physical_address, u64 length) {
  unsigned level = F::largest_page_level;
  const u64 both = virtual_address.value() | physical_address.value();
  while (level != 0 && (!is_aligned(both, entry_size(level)) || length < entry_size(level)))
    --level;
  return level;
}

}  // namespace base::paging
