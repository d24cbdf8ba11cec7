// SPDX-License-Identifier: MIT
#include <user/shell/editor/characters.hpp>

namespace shell {
namespace {

struct Range {
  u32 first;
  u32 last;
};

// The blocks of Unicode 15 that people write with, whole: marks that stand on others, and the wide
// characters of East Asia and pictures.
constexpr Range marks[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
                           {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
                           {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                          {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                          {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                          {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

template <u64 count>
bool is_in(const Range (&ranges)[count], u32 code) {
  for (const Range& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

}  // namespace

Character character_at(std::string_view text, u64 at) {
  const u32 bytes = bytes_of_character(text[at]);
  const auto first = static_cast<u8>(text[at]);
  if (bytes == 1) return {first < 0x80 ? first : replacement_character, 1};
  if (bytes > text.size() - at) return {replacement_character, 1};
  u32 code = first & (0x7fU >> bytes);
  for (u64 i = 1; i < bytes; ++i) {
    const auto byte = static_cast<u8>(text[at + i]);
    if ((byte & 0xc0) != 0x80) return {replacement_character, 1};
    code = code << 6 | (byte & 0x3f);
  }
  return {code, bytes};
}

u32 columns_of(u32 code) {
  if (is_in(marks, code)) return 0;
  return is_in(wide, code) ? 2 : 1;
}

u32 columns_of(std::string_view text) {
  u32 columns = 0;
  for (u64 at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    columns += columns_of(one.code);
    at += one.bytes;
  }
  return columns;
}

u64 after_character(std::string_view text, u64 at) {
  if (at >= text.size()) return text.size();
  at += character_at(text, at).bytes;
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (columns_of(next.code) != 0) break;
    at += next.bytes;
  }
  return at;
}

// Goes back to a byte that can begin a character; at most as far as characters are long, so that
// rubbish is gone through byte by byte.
u64 before_character(std::string_view text, u64 at) {
  while (at > 0) {
    u64 start = at - 1;
    while (start > 0 && at - start < 4 && (static_cast<u8>(text[start]) & 0xc0) == 0x80) --start;
    const Character one = character_at(text, start);
    at = start + one.bytes == at ? start : at - 1;
    if (one.bytes == 1 || columns_of(one.code) != 0) break;
  }
  return at;
}

}  // namespace shell
