// SPDX-License-Identifier: MIT
// Characters in UTF-8, as far as one must know them to erase one from a screen.
#pragma once

#include <base/units.hpp>

namespace console {

using base::u32;
using base::u64;
using base::u8;

constexpr bool is_continuation(u8 byte) { return (byte & 0xc0) == 0x80; }

// How long a character is that begins with this byte. Bytes that begin none stand for themselves.
constexpr u64 length_of_character(u8 lead) {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  return 1;
}

struct CodePoints {
  u32 first;
  u32 last;
};

constexpr bool is_in(const auto& ranges, u32 code_point) {
  for (const CodePoints& range : ranges)
    if (code_point >= range.first && code_point <= range.last) return true;
  return false;
}

// How many columns it takes. The ranges are the coarse ones that terminals agree on.
constexpr u64 columns_of(u32 code_point) {
  constexpr CodePoints none[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};
  constexpr CodePoints two[] = {
      {0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},
      {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
      {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
  };
  if (is_in(none, code_point)) return 0;
  return is_in(two, code_point) ? 2 : 1;
}

}  // namespace console
