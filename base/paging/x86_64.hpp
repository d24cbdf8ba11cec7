// SPDX-License-Identifier: MIT
// Four-level paging entries (Intel SDM volume 3A, section 4.5).
#pragma once

#include <base/paging/format.hpp>

namespace base::paging {

struct X86_64 {
  static constexpr unsigned levels = 4;
  static constexpr unsigned largest_page_level = 2;

  static constexpr bool is_present(u64 entry) { return (entry & present) != 0; }
  static constexpr bool is_table(u64 entry, unsigned level) {
    return level != 0 && (entry & (present | large_page)) == present;
  }
  static constexpr PhysAddr address(u64 entry, unsigned level) {
    return PhysAddr{
        align_down(entry & address_mask, is_table(entry, level) ? page_size : entry_size(level))};
  }
  static constexpr Attributes attributes(u64 entry) {
    return {.write = (entry & writable) != 0,
            .execute = (entry & execute_disable) == 0,
            .user = (entry & user_access) != 0,
            .device = (entry & cache_disable) != 0,
            .global = (entry & global) != 0};
  }
  static constexpr u64 make_page(PhysAddr address, unsigned level, Attributes attributes) {
    u64 entry = address.value() | present;
    if (level != 0) entry |= large_page;
    if (attributes.write) entry |= writable;
    if (attributes.user) entry |= user_access;
    if (attributes.device) entry |= cache_disable;
    if (attributes.global) entry |= global;
    if (!attributes.execute) entry |= execute_disable;
    return entry;
  }
  // Tables allow everything; the page entries decide.
  static constexpr u64 make_table(PhysAddr address) {
    return address.value() | present | writable | user_access;
  }

 private:
  static constexpr u64 present = 1, writable = 2, user_access = 4, cache_disable = 16,
                       large_page = 128, global = 256;
  static constexpr u64 execute_disable = u64{1} << 63;
  static constexpr u64 address_mask = mask_of(52) & ~mask_of(12);
};

static_assert(Format<X86_64>);

}  // namespace base::paging
