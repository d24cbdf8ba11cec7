// SPDX-License-Identifier: MIT
// Places that the linker script (boot.ld) and the assembly define.
#pragma once

#include <boot/decode/range_list.hpp>

namespace boot {

extern "C" {
extern const char image_start[], constants_begin[], data_begin[], image_end[];
extern const char stack_guard[], stack_begin[], emergency_guard[], emergency_stack_begin[];

[[noreturn]] void enter_kernel(u64 entry, u64 boot_info);
[[noreturn]] void park();
u64 semihosting(u64 operation, u64 parameter);
}

inline u64 address_of(const void* place) { return reinterpret_cast<u64>(place); }

// All of boot/ in memory, with .bss and stacks. Pages.
inline Range image_pages() { return {address_of(image_start), address_of(image_end)}; }

}  // namespace boot
