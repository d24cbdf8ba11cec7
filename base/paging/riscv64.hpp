// SPDX-License-Identifier: MIT
// Sv39 page-table entries (RISC-V privileged architecture, section "Sv39").
#pragma once

#include <base/paging/format.hpp>

namespace base::paging {

struct Riscv64 {
  static constexpr unsigned levels = 3;
  static constexpr unsigned largest_page_level = 2;

  static constexpr bool is_present(u64 entry) { return (entry & valid) != 0; }
  static constexpr bool is_table(u64 entry, unsigned level) {
    return level != 0 && (entry & (valid | readable | writable | executable)) == valid;
  }
  static constexpr PhysAddr address(u64 entry, unsigned) {
    return PhysAddr{field(entry, 10, 44) << page_bits};
  }
  static constexpr Attributes attributes(u64 entry) {
    return {.write = (entry & writable) != 0,
            .execute = (entry & executable) != 0,
            .user = (entry & user_access) != 0,
            .device = false,  // a property of the physical address on this architecture
            .global = (entry & global) != 0};
  }
  static constexpr u64 make_page(PhysAddr address, unsigned, Attributes attributes) {
    u64 entry = (address.value() >> page_bits) << 10 | valid | readable | accessed | dirty;
    if (attributes.write) entry |= writable;
    if (attributes.execute) entry |= executable;
    if (attributes.user) entry |= user_access;
    if (attributes.global) entry |= global;
    return entry;
  }
  static constexpr u64 make_table(PhysAddr address) {
    return (address.value() >> page_bits) << 10 | valid;
  }

 private:
  static constexpr u64 valid = 1, readable = 2, writable = 4, executable = 8, user_access = 16,
                       global = 32, accessed = 64, dirty = 128;
};

static_assert(Format<Riscv64>);

}  // namespace base::paging
