// SPDX-License-Identifier: MIT
// The protocol: what a client may ask, and what the server answers. Both include this file.
#pragma once

#include <abi/request.hpp>

namespace echo {

using abi::u64;

inline constexpr u64 max_text = 64;

// The same text, in capital letters. Error: too_big.
struct Shout {
  static constexpr abi::u32 op = 1;
  static constexpr std::string_view name = "echo.shout";
  u64 bytes;
  u64 text[max_text / 8];  // first byte lowest
  struct Reply {
    u64 text[max_text / 8];
  };
};

// How many times anybody has shouted.
struct Count {
  static constexpr abi::u32 op = 2;
  static constexpr std::string_view name = "echo.count";
  struct Reply {
    u64 shouts;
  };
};

using Protocol = abi::RequestList<Shout, Count>;

}  // namespace echo
