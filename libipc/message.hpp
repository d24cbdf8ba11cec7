// SPDX-License-Identifier: MIT
// A message as a thread sees it: what stands in registers when the kernel lets go of it.
#pragma once

#include <abi/message.hpp>
#include <abi/types.hpp>
#include <array>

namespace ipc {

using abi::u32;
using abi::u64;

// The words that travel in registers, always all of them.
using Words = std::array<u64, abi::register_words>;

struct Message {
  Words words{};
  u64 badge = 0;  // or the bits of a notification
  abi::MessageInfo info;

  [[nodiscard]] constexpr bool is_error() const { return info.kind() == abi::Kind::error; }

  // Why the kernel refused; `none` if it did not. What a server answers is in the label.
  [[nodiscard]] constexpr abi::Error error() const {
    return is_error() ? static_cast<abi::Error>(info.label()) : abi::Error::none;
  }
};

}  // namespace ipc
