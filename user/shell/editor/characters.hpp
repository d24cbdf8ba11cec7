// SPDX-License-Identifier: MIT
// UTF-8, and how many columns of a terminal a character takes.
#pragma once

#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell {

struct Character {
  u32 code = 0;
  u32 bytes = 1;
};

inline constexpr u32 replacement_character = 0xfffd;

// The one at `at`, which is within the text. A byte that begins none counts as one.
Character character_at(std::string_view text, u64 at);

// How many bytes the character has that begins so; 1 for what begins none.
constexpr u32 bytes_of_character(char first) {
  const auto byte = static_cast<u8>(first);
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0) return byte < 0xf0 ? 3 : 1;
  return byte >= 0xc0 ? 2 : 1;
}

// 0 for what stands on the character before, 2 for the wide ones.
u32 columns_of(u32 code);
u32 columns_of(std::string_view text);

// Where the next character begins, and the one before. What stands on a character belongs to it.
u64 after_character(std::string_view text, u64 at);
u64 before_character(std::string_view text, u64 at);

// What words are made of, as far as moving by words goes.
constexpr bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<u8>(c) >= 0x80;
}

constexpr bool is_blank_byte(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace shell
