// SPDX-License-Identifier: MIT
// procmgr's log as the server sees it to which the boot manifest grants it (`grant SLOT = log`):
// memory that both can write. From `self.ready` on, what procmgr logs stands here and nowhere else,
// and bit `log_bit` of the server's bound notification says so; when the server ends, procmgr
// prints the rest itself.
#pragma once

#include <abi/types.hpp>

namespace abi {

inline constexpr u64 log_bit = u64{1} << 63;

// Positions only grow; a byte stands at its position modulo `capacity`.
struct LogRing {
  static constexpr u64 bytes = 16 * base::kib;
  static constexpr u64 capacity = bytes - 2 * sizeof(u64);

  u64 written = 0;  // by procmgr. More than `capacity` ahead of `printed`: the oldest is lost
  u64 printed = 0;  // by the server; procmgr sets it once, at `self.ready`
  char text[capacity] = {};
};
static_assert(sizeof(LogRing) == LogRing::bytes);

}  // namespace abi
