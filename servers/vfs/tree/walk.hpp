// SPDX-License-Identifier: MIT
// From a path to what it names. A walk is a loop over names: the text of a symbolic link takes the
// place of the link, and what follows it waits on a stack of bounded depth.
#pragma once

#include <servers/vfs/tree/node.hpp>

namespace vfs {

// Whose walk it is: where paths begin, what it may do, who pays for what it makes.
struct View {
  Node* root = nullptr;  // nothing above it is ever reached
  Node* base = nullptr;  // where paths without a leading slash begin
  Store* store = nullptr;
  u64 now = 0;             // nanoseconds
  bool may_change = true;  // else all that would change the tree is denied
  bool ignores_modes = false;
};

// Where a path leads.
struct Destination {
  Node* directory = nullptr;     // in which the last name stands; null: the path has no last name
  Entry* entry = nullptr;        // that name; null: it is not there
  std::string_view name;         // as it stands in the path or in a link's text
  Node* node = nullptr;          // what it is; null: it is not there
  bool wants_directory = false;  // there is a slash behind the name
};

// `follow`: a symbolic link at the end is followed as well, and one with a slash behind it always.
// A last name that is missing is no error; all names before it must be directories that may be
// searched. Errors: not_found (an empty path too), wrong_object, denied, too_big.
Outcome<Destination> walk(const View& view, std::string_view path, bool follow);

// As walk, but there must be something.
Outcome<Node*> look_up(const View& view, std::string_view path, bool follow);

// The path of a node from `root`, into the end of `to`; of a file, by the last name that it was
// given. Errors: not_found (it was removed, or does not lie below the root), too_big.
Outcome<std::string_view> path_of(const Node& root, const Node& node, std::span<char> to);

// `directory` is `above` or lies below it. Error: too_deep to tell.
Outcome<bool> is_within(const Node& directory, const Node& above);

}  // namespace vfs
