// SPDX-License-Identifier: MIT
// The protocol between the two processes of the root program: the smallest there can be.
#pragma once

#include <abi/request.hpp>

namespace greeting {

// Asks for the sum of two numbers, which shows that both travelled, and the way back.
struct Add {
  static constexpr abi::u32 op = 1;
  static constexpr std::string_view name = "greeting.add";
  abi::u64 a;
  abi::u64 b;
  struct Reply {
    abi::u64 sum;
    abi::Badge caller;  // who asked, as the server sees it
  };
};

using Protocol = abi::RequestList<Add>;

}  // namespace greeting
