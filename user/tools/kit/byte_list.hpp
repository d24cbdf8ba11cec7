// SPDX-License-Identifier: MIT
// "a-z\n[:digit:]": bytes in order, as `tr` takes them.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace kit {

using base::u64;
using base::u8;

enum class ListFault { none, range, name, too_long };

struct ByteList {
  static constexpr u64 most = 4'096;

  u8 bytes[most] = {};
  u64 count = 0;

  // Adds what the text says: bytes, ranges, escapes, classes.
  ListFault add(std::string_view text);
  [[nodiscard]] std::span<const u8> view() const { return {bytes, count}; }

 private:
  ListFault add_range(u8 first, u8 last);
};

}  // namespace kit
