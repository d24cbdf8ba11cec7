// SPDX-License-Identifier: MIT
#include <user/tools/kit/escape.hpp>
#include <user/tools/kit/number.hpp>

namespace kit {

namespace {

std::optional<char> take_digits(std::string_view& text, unsigned base, u64 most) {
  std::string_view digits = text.substr(0, most);
  const u64 before = digits.size();
  const auto value = take_number(digits, base);
  if (!value) return std::nullopt;
  text.remove_prefix(before - digits.size());
  return static_cast<char>(*value);
}

}  // namespace

std::optional<char> take_escape(std::string_view& text, EscapeForm form) {
  constexpr std::string_view letters = "abfnrtv\\";
  constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\";
  if (text.empty()) return std::nullopt;
  const auto at = letters.find(text.front());
  if (at != letters.npos) {
    text.remove_prefix(1);
    return meanings[at];
  }
  if (form.escape && text.front() == 'e') {
    text.remove_prefix(1);
    return '\033';
  }
  if (form.hexadecimal && text.front() == 'x') {
    std::string_view rest = text.substr(1);
    const auto value = take_digits(rest, 16, 2);
    if (value) text = rest;
    return value;
  }
  const bool has_zero = form.zero_first && text.front() == '0';
  return take_digits(text, 8, has_zero ? 4 : 3);
}

}  // namespace kit
