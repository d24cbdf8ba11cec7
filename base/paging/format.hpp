// SPDX-License-Identifier: MIT
// What one architecture's page tables look like, as a small policy; the walker knows no bit of it.
//
// Levels count upward from the pages: level 0 entries are 4 KiB pages, level 1 entries cover 2 MiB,
// level 2 entries 1 GiB, and so on; the root table has level `levels - 1`.
#pragma once

#include <base/bits.hpp>
#include <base/units.hpp>
#include <concepts>

namespace base::paging {

inline constexpr unsigned index_bits = 9;
inline constexpr u64 entries_per_table = u64{1} << index_bits;

// How a page may be used. Every present page is readable.
struct Attributes {
  bool write = false;
  bool execute = false;
  bool user = false;
  bool device = false;
  bool global = false;

  friend constexpr bool operator==(const Attributes&, const Attributes&) = default;
};

template <class F>
concept Format = requires(u64 entry, unsigned level, PhysAddr address, Attributes attributes) {
  { F::levels } -> std::convertible_to<unsigned>;
  { F::largest_page_level } -> std::convertible_to<unsigned>;
  { F::is_present(entry) } -> std::same_as<bool>;
  { F::is_table(entry, level) } -> std::same_as<bool>;
  { F::address(entry, level) } -> std::same_as<PhysAddr>;
  { F::attributes(entry) } -> std::same_as<Attributes>;
  { F::make_page(address, level, attributes) } -> std::same_as<u64>;
  { F::make_table(address) } -> std::same_as<u64>;
};

// log2 of the bytes that one entry of this level covers.
constexpr unsigned entry_bits(unsigned level) { return page_bits + index_bits * level; }
constexpr u64 entry_size(unsigned level) { return u64{1} << entry_bits(level); }

constexpr u64 index_at(VirtAddr address, unsigned level) {
  return field(address.value(), entry_bits(level), index_bits);
}

}  // namespace base::paging
