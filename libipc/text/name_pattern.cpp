// SPDX-License-Identifier: MIT
#include <libipc/text/name_pattern.hpp>

namespace ipc {
namespace {

constexpr u64 none = ~u64{0};

struct NamedClass {
  std::string_view name;
  bool (*has)(char);
};

constexpr bool is_between(char c, char first, char last) { return c >= first && c <= last; }
constexpr bool is_digit(char c) { return is_between(c, '0', '9'); }
constexpr bool is_letter(char c) { return is_between(c, 'a', 'z') || is_between(c, 'A', 'Z'); }
constexpr bool is_visible(char c) { return is_between(c, '!', '~'); }

constexpr NamedClass classes[] = {
    {"[:alnum:]", [](char c) { return is_letter(c) || is_digit(c); }},
    {"[:alpha:]", is_letter},
    {"[:blank:]", [](char c) { return c == ' ' || c == '\t'; }},
    {"[:cntrl:]", [](char c) { return is_between(c, 0, 31) || c == 127; }},
    {"[:digit:]", is_digit},
    {"[:graph:]", is_visible},
    {"[:lower:]", [](char c) { return is_between(c, 'a', 'z'); }},
    {"[:print:]", [](char c) { return is_visible(c) || c == ' '; }},
    {"[:punct:]", [](char c) { return is_visible(c) && !is_letter(c) && !is_digit(c); }},
    {"[:space:]", [](char c) { return c == ' ' || is_between(c, '\t', '\r'); }},
    {"[:upper:]", [](char c) { return is_between(c, 'A', 'Z'); }},
    {"[:xdigit:]",
     [](char c) { return is_digit(c) || is_between(c, 'a', 'f') || is_between(c, 'A', 'F'); }},
};

// The class whose name stands at the start of the text; null: there is none.
const NamedClass* find_class(std::string_view text) {
  for (const auto& one : classes)
    if (text.starts_with(one.name)) return &one;
  return nullptr;
}

// One character of a bracket, which may be quoted.
char bracket_character(std::string_view pattern, u64& at) {
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return pattern[at++];
}

// Where the ']' stands that closes the bracket at `start`; none: it is a character like others.
u64 end_of_bracket(std::string_view pattern, u64 start) {
  u64 at = start + 1;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  for (const u64 first = at; at < pattern.size(); ++at) {
    if (pattern[at] == ']' && at != first) return at;
    if (pattern[at] == '\\') ++at;
    if (const auto* named = at < pattern.size() ? find_class(pattern.substr(at)) : nullptr)
      at += named->name.size() - 1;
  }
  return none;
}

// `set` is what stands between the brackets.
bool bracket_has(std::string_view set, char c) {
  const bool is_negated = !set.empty() && (set[0] == '!' || set[0] == '^');
  bool found = false;
  for (u64 at = is_negated ? 1 : 0; at < set.size();) {
    if (const auto* named = find_class(set.substr(at))) {
      found = found || named->has(c);
      at += named->name.size();
      continue;
    }
    const char low = bracket_character(set, at);
    char high = low;
    if (at + 1 < set.size() && set[at] == '-') high = bracket_character(set, ++at);
    const auto value = static_cast<unsigned char>(c);
    found = found ||
            (value >= static_cast<unsigned char>(low) && value <= static_cast<unsigned char>(high));
  }
  return found != is_negated;
}

// How much of the pattern stands for the one character; 0: it is not this one.
u64 matches_one(std::string_view pattern, char c) {
  if (pattern[0] == '?') return 1;
  if (pattern[0] == '[') {
    const u64 end = end_of_bracket(pattern, 0);
    if (end != none) return bracket_has(pattern.substr(1, end - 1), c) ? end + 1 : 0;
  }
  const u64 quoted = pattern[0] == '\\' && pattern.size() > 1 ? 1 : 0;
  return pattern[quoted] == c ? quoted + 1 : 0;
}

}  // namespace

// The last '*' is the only one that is ever tried again: what an earlier one could take instead,
// this one can take as well.
bool matches_name(std::string_view pattern, std::string_view name) {
  u64 p = 0;
  u64 n = 0;
  u64 star = none;
  u64 star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
      continue;
    }
    const u64 length = p < pattern.size() ? matches_one(pattern.substr(p), name[n]) : 0;
    if (length != 0) {
      p += length;
      ++n;
    } else if (star != none) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool has_wildcards(std::string_view pattern) {
  for (u64 i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern[i] == '*' || pattern[i] == '?')
      return true;
    else if (pattern[i] == '[' && end_of_bracket(pattern, i) != none)
      return true;
  }
  return false;
}

u64 remove_escapes(std::span<char> pattern) {
  u64 length = 0;
  for (u64 i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    pattern[length++] = pattern[i];
  }
  return length;
}

}  // namespace ipc
