// SPDX-License-Identifier: MIT
// Where a root program and the processes that it makes put things in their address spaces. The
// image lies at 4 MiB (libipc/program.ld), what the kernel maps near the top (abi/layout.hpp).
#pragma once

#include <abi/types.hpp>

namespace support::layout {

using abi::u64;

// What the program maps while it runs.
inline constexpr u64 dynamic_start = 0x10'0000'0000;
inline constexpr u64 dynamic_end = 0x70'0000'0000;

// The first thread's block (thread.hpp) in a process that the program makes.
inline constexpr u64 child_block = 0x08'0000'0000;

}  // namespace support::layout
