// SPDX-License-Identifier: MIT
#include <user/tools/kit/bracket.hpp>
#include <user/tools/kit/glob.hpp>

namespace kit {

namespace {

// Takes the pattern's first element off, which is no "*", and tells whether it means the byte.
bool takes(std::string_view& pattern, char byte) {
  const char first = pattern.front();
  std::string_view rest = pattern.substr(1);
  if (first == '[') {
    ByteSet set;
    std::string_view behind = rest;
    if (take_bracket(behind, "!^", set) == BracketFault::none) {
      pattern = behind;
      return set.has(byte);
    }
  }
  // A "[" that is never closed and a "\" at the end mean themselves.
  if (first == '\\' && !rest.empty()) {
    const char meant = rest.front();
    pattern = rest.substr(1);
    return meant == byte;
  }
  pattern = rest;
  return first == '?' || first == byte;
}

}  // namespace

// After a "*" the first way to go on is tried that fits; if it leads nowhere, the "*" takes one
// byte more. Only the last "*" has to be tried again: what fitted behind an earlier one fits there
// still.
bool matches_glob(std::string_view pattern, std::string_view name) {
  bool has_star = false;
  std::string_view behind_star;
  std::string_view star_name;
  for (;;) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      has_star = true;
      behind_star = pattern;
      star_name = name;
      continue;
    }
    if (name.empty() && pattern.empty()) return true;
    if (!name.empty() && !pattern.empty() && takes(pattern, name.front())) {
      name.remove_prefix(1);
      continue;
    }
    if (!has_star || star_name.empty()) return false;
    star_name.remove_prefix(1);
    name = star_name;
    pattern = behind_star;
  }
}

}  // namespace kit
