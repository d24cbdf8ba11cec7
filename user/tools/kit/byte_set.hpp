// SPDX-License-Identifier: MIT
// A set of bytes, and the classes of them that have names ("[:digit:]"), as in the C locale.
#pragma once

#include <base/units.hpp>
#include <string_view>

namespace kit {

using base::u64;
using base::u8;

class ByteSet {
 public:
  constexpr void add(u8 byte) { words_[byte / 64] |= u64{1} << byte % 64; }
  constexpr void add_range(u8 first, u8 last) {
    for (unsigned byte = first; byte <= last; ++byte) add(static_cast<u8>(byte));
  }
  // False: there is no class of this name.
  bool add_class(std::string_view name);
  constexpr void complement() {
    for (u64& word : words_) word = ~word;
  }
  constexpr void remove(u8 byte) { words_[byte / 64] &= ~(u64{1} << byte % 64); }

  [[nodiscard]] constexpr bool has(u8 byte) const {
    return (words_[byte / 64] >> byte % 64 & 1) != 0;
  }
  [[nodiscard]] constexpr bool has(char byte) const { return has(static_cast<u8>(byte)); }
  friend constexpr bool operator==(const ByteSet&, const ByteSet&) = default;

 private:
  u64 words_[4] = {};
};

constexpr bool is_between(char c, char first, char last) { return c >= first && c <= last; }
constexpr bool is_digit(char c) { return is_between(c, '0', '9'); }
constexpr bool is_upper(char c) { return is_between(c, 'A', 'Z'); }
constexpr bool is_lower(char c) { return is_between(c, 'a', 'z'); }
constexpr bool is_letter(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_space(char c) { return c == ' ' || is_between(c, '\t', '\r'); }
constexpr bool is_printable(char c) { return is_between(c, ' ', '~'); }
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; }

}  // namespace kit
