// SPDX-License-Identifier: MIT
// The few things that only instructions can do.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/paging/aarch64.hpp>
#include <boot/decode/range_list.hpp>

namespace boot {

// This processor's affinity, as the device tree numbers processors.
inline u64 this_processor() {
  u64 mpidr = 0;
  asm("mrs %0, mpidr_el1" : "=r"(mpidr));
  return mpidr & 0xff'00ff'ffff;
}

// Switches the upper half on, with this root table.
void use_kernel_tables(base::PhysAddr root);

// Makes what was written to `memory` visible to instruction fetches, at whatever address.
void publish_code(const void* memory, u64 size);

// From now on an exception stops the processor without a word: one error has been said already.
inline void expect_no_more_exceptions() {
  asm volatile("msr tpidr_el1, %0\n\tisb" : : "r"(u64{1}) : "memory");
}

// Does not return if the machine can do it.
void power_off(abi::PowerConduit conduit);

// How `fill` writes memory: in words, and in cache blocks.
struct FastBytes {
  void zero(u8* to, u64 size) const;
  void copy(u8* to, const u8* from, u64 size) const;
};

}  // namespace boot
