// SPDX-License-Identifier: MIT
// Address spaces as the machine sees them: a root table and a number (ASID) that tags its cached
// translations.
#pragma once

#include <base/paging/aarch64.hpp>
#include <base/units.hpp>

namespace kernel::machine {

using base::PhysAddr;
using base::u64;
using base::VirtAddr;

using PageFormat = base::paging::Aarch64;

// How many address-space numbers the CPU tells apart: 256 or 65,536.
inline u64 address_space_numbers() {
  u64 features = 0;
  asm("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
  return (features >> 4 & 0xf) == 2 ? 65536 : 256;
}

// Number and root table in one word, as TTBR0_EL1 takes them; zero is no address space.
using SpaceWord = base::Strong<struct SpaceWordTag, u64>;

constexpr SpaceWord space_word(u64 number, PhysAddr root) {
  return SpaceWord{number << 48 | root.value()};
}

// No barrier before the ISB is needed: tables are published when they are written.
inline void activate_address_space(SpaceWord space) {
  asm volatile("msr ttbr0_el1, %0\n isb" : : "r"(space.value()) : "memory");
}

// An empty table with the reserved number 0.
void activate_no_address_space();

// Makes new entries, where there were none before, visible to the table walker. Translations of
// absent pages are never cached (Arm ARM D8.13), so nothing has to be invalidated.
inline void publish_new_entries() { asm volatile("dsb ishst\n isb" : : : "memory"); }

// Removing or changing entries: write them, begin, invalidate each page, end. After that no CPU
// uses an old translation.
inline void begin_invalidation() { asm volatile("dsb ishst" : : : "memory"); }
inline void end_invalidation() { asm volatile("dsb ish\n isb" : : : "memory"); }

inline void invalidate_page(u64 number, VirtAddr address) {
  const u64 operand = number << 48 | (address.value() >> 12 & base::mask_of(44));
  asm volatile("tlbi vae1is, %0" : : "r"(operand) : "memory");
}

// All of it, cached table entries too; complete in itself.
inline void invalidate_space(u64 number) {
  asm volatile("dsb ishst\n tlbi aside1is, %0\n dsb ish\n isb" : : "r"(number << 48) : "memory");
}

}  // namespace kernel::machine
