// SPDX-License-Identifier: MIT
// A tree of page tables that boot/ fills: with MMU off and on, on the machine and in host tests.
#pragma once

#include <base/paging/aarch64.hpp>
#include <base/paging/walker.hpp>
#include <boot/decode/fault.hpp>
#include <boot/decode/range_list.hpp>

namespace boot {

using Format = base::paging::Aarch64;

// Zeroed pages for tables, used from the lowest up. They need not all be used: rest() is left.
class TableSupply {
 public:
  constexpr TableSupply() = default;
  constexpr explicit TableSupply(Range pages) : rest_(pages) {}

  Result<base::PhysAddr> take();
  [[nodiscard]] Range rest() const { return rest_; }

 private:
  Range rest_;
};

// How many tables below the root mapping `size` bytes can need at most, wherever they lie: on both
// levels one at each end, and those that the bytes fill. With `congruent`, both addresses are equal
// modulo the largest page, so that only the ends need tables.
[[nodiscard]] constexpr u64 tables_for(u64 size, bool congruent) {
  constexpr u64 ends = 4;
  if (congruent) return ends;
  return ends + size / base::paging::entry_size(1) + size / base::paging::entry_size(2);
}

class TableTree {
 public:
  // `table_offset`: what to add to a table's physical address to read and write it.
  TableTree(base::PhysAddr root, u64 table_offset, TableSupply& supply)
      : root_(root), window_{table_offset}, supply_(supply) {}

  // Maps `physical` (pages) from `address` on, with the largest pages that fit. Fails without an
  // entry changed twice: an occupied one is a fault. What was mapped before a fault stays.
  Result<void> map(base::VirtAddr address, Range physical, base::paging::Attributes attributes);

  [[nodiscard]] std::optional<base::PhysAddr> translate(base::VirtAddr address) const {
    return walker().translate(address);
  }

 private:
  struct Window {
    u64 offset;
    [[nodiscard]] u64* table(base::PhysAddr at) const {
      return reinterpret_cast<u64*>(at.value() + offset);
    }
  };
  using Walker = base::paging::Walker<Format, Window>;

  [[nodiscard]] Walker walker() const { return {root_, window_}; }
  Result<base::paging::Position> find_or_make(base::VirtAddr address, unsigned level);

  base::PhysAddr root_;
  Window window_;
  TableSupply& supply_;
};

}  // namespace boot
