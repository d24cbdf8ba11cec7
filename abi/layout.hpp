// SPDX-License-Identifier: MIT
// The kernel's half of the address space, on which boot/ and kernel/ agree, and the user's half.
// Both halves have 39 bits: three levels of tables, 512 GiB each.
#pragma once

#include <abi/types.hpp>

namespace abi::layout {

inline constexpr unsigned address_bits = 39;
inline constexpr u64 user_end = u64{1} << address_bits;

// All memory, at its physical address plus this; never executable.
inline constexpr u64 physical_window = 0xffff'ff80'0000'0000;
inline constexpr u64 physical_window_size = u64{256} << 30;

// Device registers that the kernel itself uses, mapped by boot one after the other.
inline constexpr u64 device_window = 0xffff'ffff'0000'0000;
inline constexpr u64 device_window_size = u64{1} << 30;

// Where the kernel is linked.
inline constexpr u64 kernel_base = 0xffff'ffff'8000'0000;

// Where the first process finds its BootInfo (read only) and its IPC buffer. Its image ends below.
inline constexpr u64 root_boot_info = 0x7f'c000'0000;
inline constexpr u64 root_ipc_buffer = 0x7f'c010'0000;

}  // namespace abi::layout
