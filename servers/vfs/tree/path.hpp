// SPDX-License-Identifier: MIT
// Paths as text: names between slashes. Any number of slashes is one; "." and ".." mean something
// only to the walk (walk.hpp), because ".." behind a symbolic link is not what it is in the text.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace vfs {

using base::u64;

// Takes the next name off the start of the path; empty if only slashes are left, which go too.
// Slashes behind a name stay.
constexpr std::string_view next_name(std::string_view& path) {
  const char* at = path.data();
  const char* const end = at + path.size();
  while (at != end && *at == '/') ++at;
  const char* const start = at;
  while (at != end && *at != '/') ++at;
  path = {at, end};
  return {start, at};
}

// No name is left in it.
constexpr bool is_blank(std::string_view path) {
  for (const char c : path)
    if (c != '/') return false;
  return true;
}

// The names that are not names. (Without a call for the length of a literal.)
constexpr bool is_here(std::string_view name) { return name.size() == 1 && name[0] == '.'; }
constexpr bool is_above(std::string_view name) {
  return name.size() == 2 && name[0] == '.' && name[1] == '.';
}

// The path from the root, as text alone: "/a/b", or "/". What leads above the root stays there. At
// most path.size() + 1 characters, into `to`, which has room for them. For what is stored (the
// archive's names) and for people; never in place of a walk.
std::string_view normalise(std::string_view path, std::span<char> to);

}  // namespace vfs
