// SPDX-License-Identifier: MIT
#include <user/tools/kit/byte_set.hpp>

namespace kit {

namespace {

bool is_punctuation(char c) { return is_printable(c) && c != ' ' && !is_letter(c) && !is_digit(c); }

struct Class {
  std::string_view name;
  bool (*has)(char c);
};

constexpr Class classes[] = {
    {"alpha", is_letter},
    {"digit", is_digit},
    {"alnum", [](char c) { return is_letter(c) || is_digit(c); }},
    {"upper", is_upper},
    {"lower", is_lower},
    {"space", is_space},
    {"blank", is_blank},
    {"punct", is_punctuation},
    {"print", is_printable},
    {"graph", [](char c) { return is_printable(c) && c != ' '; }},
    {"cntrl", [](char c) { return (c >= 0 && c < ' ') || c == 127; }},
    {"xdigit", [](char c) { return is_digit(c) || is_between(to_lower(c), 'a', 'f'); }},
};

}  // namespace

bool ByteSet::add_class(std::string_view name) {
  for (const Class& one : classes) {
    if (one.name != name) continue;
    for (unsigned byte = 0; byte < 128; ++byte)
      if (one.has(static_cast<char>(byte))) add(static_cast<u8>(byte));
    return true;
  }
  return false;
}

}  // namespace kit
