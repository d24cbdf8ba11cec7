// SPDX-License-Identifier: MIT
// "a-z\n[:digit:]": bytes in order, as `tr` takes them.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace kit {

using base::u64;
using base::u8;

enum class ListFault { none, range, name, too_long, several_fillers };

struct ByteList {
  static constexpr u64 most = 4'096;

  u8 bytes[most] = {};
  u64 count = 0;

  // Adds what the text says: bytes, ranges, escapes, classes, "[x*n]" for n times the same byte.
  ListFault add(std::string_view text);

  // "[x*]" stands for as many of that byte as make the list so long; so far for none.
  bool has_filler = false;
  void fill_to(u64 length);
  [[nodiscard]] std::span<const u8> view() const { return {bytes, count}; }

 private:
  ListFault add_range(u8 first, u8 last);
  ListFault add_bytes(std::string_view& text);
  ListFault add_times(u8 byte, u64 times);
  ListFault add_class(std::string_view name);

  u64 filler_at_ = 0;
  u8 filler_ = 0;
};

}  // namespace kit
