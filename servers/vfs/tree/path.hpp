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
  while (path.starts_with('/')) path.remove_prefix(1);
  const auto length = path.find('/');
  const std::string_view name = path.substr(0, length);
  path.remove_prefix(name.size());
  return name;
}

// No name is left in it.
constexpr bool is_blank(std::string_view path) { return path.find_first_not_of('/') == path.npos; }

// The path from the root, as text alone: "/a/b", or "/". What leads above the root stays there. At
// most path.size() + 1 characters, into `to`, which has room for them. For what is stored (the
// archive's names) and for people; never in place of a walk.
std::string_view normalise(std::string_view path, std::span<char> to);

}  // namespace vfs
