// SPDX-License-Identifier: MIT
// Which characters mean what in a command line.
#pragma once

#include <string_view>

namespace shell {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

// What ends a word that is not quoted.
constexpr bool ends_word(char c) {
  return is_blank(c) || c == '\n' || c == '|' || c == '&' || c == ';' || c == '<' || c == '>' ||
         c == '(' || c == ')';
}

// $? and its like: parameters whose names are one character.
constexpr bool is_special_parameter(char c) {
  return c == '?' || c == '$' || c == '#' || c == '@' || c == '*' || c == '!';
}

// What matches more than itself, or says so.
constexpr bool is_pattern_character(char c) {
  return c == '*' || c == '?' || c == '[' || c == ']' || c == '-' || c == '!' || c == '^' ||
         c == '\\';
}

// How many characters at the start of the text are a name of a variable; 0: none.
constexpr unsigned long name_length(std::string_view text) {
  if (text.empty() || !is_name_start(text[0])) return 0;
  unsigned long length = 1;
  while (length < text.size() && is_name_part(text[length])) ++length;
  return length;
}

constexpr bool is_name(std::string_view text) {
  return !text.empty() && name_length(text) == text.size();
}

constexpr std::string_view without_trailing_newlines(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace shell
