// SPDX-License-Identifier: MIT
// VMSAv8-64 descriptors, 4 KiB granule, stage 1 of EL1&0 (Arm ARM D8.3).
#pragma once

#include <base/paging/format.hpp>

namespace base::paging {

struct Aarch64 {
  static constexpr unsigned levels = 3;  // 39 bits
  static constexpr unsigned largest_page_level = 2;

  // Indices into MAIR_EL1, and the value it must have.
  static constexpr u64 normal_memory = 0;
  static constexpr u64 device_memory = 1;
  static constexpr u64 mair = 0xff | 0x04 << 8;  // write-back cacheable; Device-nGnRE

  static constexpr bool is_present(u64 entry) { return (entry & valid) != 0; }
  static constexpr bool is_table(u64 entry, unsigned level) {
    return level != 0 && (entry & (valid | table_or_page)) == (valid | table_or_page);
  }
  static constexpr PhysAddr address(u64 entry, unsigned level) {
    return PhysAddr{
        align_down(entry & address_mask, is_table(entry, level) ? page_size : entry_size(level))};
  }
  static constexpr Attributes attributes(u64 entry) {
    const bool user = (entry & user_access) != 0;
    return {.write = (entry & read_only) == 0,
            .execute = (entry & (user ? user_execute_never : kernel_execute_never)) == 0,
            .user = user,
            .device = field(entry, 2, 3) == device_memory,
            .global = (entry & not_global) == 0};
  }
  // A page is never executable in the other privilege level than its own.
  static constexpr u64 make_page(PhysAddr address, unsigned level, Attributes attributes) {
    u64 entry = address.value() | valid | accessed | inner_shareable;
    if (level == 0) entry |= table_or_page;
    entry |= (attributes.device ? device_memory : normal_memory) << 2;
    if (!attributes.write) entry |= read_only;
    if (attributes.user) entry |= user_access;
    if (!attributes.global) entry |= not_global;
    if (!attributes.execute || !attributes.user) entry |= user_execute_never;
    if (!attributes.execute || attributes.user) entry |= kernel_execute_never;
    return entry;
  }
  static constexpr u64 make_table(PhysAddr address) {
    return address.value() | valid | table_or_page;
  }

 private:
  static constexpr u64 valid = 1;
  static constexpr u64 table_or_page = 2;
  static constexpr u64 user_access = 1 << 6;
  static constexpr u64 read_only = 1 << 7;
  static constexpr u64 inner_shareable = 3 << 8;
  static constexpr u64 accessed = 1 << 10;
  static constexpr u64 not_global = 1 << 11;
  static constexpr u64 kernel_execute_never = u64{1} << 53;
  static constexpr u64 user_execute_never = u64{1} << 54;
  static constexpr u64 address_mask = mask_of(48) & ~mask_of(12);
};

static_assert(Format<Aarch64>);

}  // namespace base::paging
