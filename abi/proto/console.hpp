// SPDX-License-Identifier: MIT
// The protocol of a console: text goes out. (Reading is not there yet.)
#pragma once

#include <abi/request.hpp>

namespace abi::console {

inline constexpr u64 max_write = 112;

// `bytes` of `text`, first byte lowest; at most `max_write`. All of them, or an error and none.
// Whole writes are never mixed with others'.
struct Write {
  static constexpr u32 op = 0x2001;
  static constexpr std::string_view name = "console.write";
  u64 bytes;
  u64 text[max_write / 8];
  struct Reply {};
};

using Protocol = RequestList<Write>;

}  // namespace abi::console
