// SPDX-License-Identifier: MIT
// The tree of names. Every operation checks all that may forbid it, gets the memory that it needs,
// and then changes the tree, which cannot fail: nothing half-done stays.
#pragma once

#include <servers/vfs/tree/walk.hpp>

namespace vfs {

class Tree {
 public:
  constexpr Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // The root directory, once; `store` pays for it.
  Outcome<Node*> make_root(Store& store);
  [[nodiscard]] Node* root() const { return root_; }

  // A new node without a name, which `release` ends again. Errors: those of the store.
  Outcome<Node*> make_node(const View& view, Kind kind, u32 mode);

  // Something new under a name that is not there yet (walk).
  Outcome<Node*> create(const View& view, const Destination& at, Kind kind, u32 mode);

  Outcome<Node*> make_directory(const View& view, std::string_view path, u32 mode);
  Outcome<Node*> make_link(const View& view, std::string_view path, std::string_view text);
  Outcome<Node*> make_device(const View& view, std::string_view path, u64 number, u32 mode);

  // Another name for a file. Directories have one name only.
  Outcome<void> add_name(const View& view, Node& node, std::string_view path);

  // The name goes; the node when nobody uses it. A directory must be empty.
  enum class Removes { files, directories, anything };
  Outcome<void> remove(const View& view, std::string_view path, Removes what);

  // From a path of one view to one of the other; both see the same tree. What stands at `to` goes,
  // if it is of the same sort.
  Outcome<void> rename(const View& view, std::string_view from, const View& to_view,
                       std::string_view to);

  void retain(Node& node) { ++node.references; }
  // The last one who uses an unnamed node ends it.
  void release(Node& node);

  [[nodiscard]] u64 nodes() const { return nodes_; }

 private:
  Outcome<void> give_name(const View& view, const Destination& at, Node& node);
  void take_name(const View& view, Node& directory, Entry& entry);
  void end_if_unused(Node& node);

  Node* root_ = nullptr;
  u64 nodes_ = 0;
  u64 next_id_ = 1;
};

// Whether the view may make, remove and rename names in the directory.
Outcome<void> check_may_change(const View& view, const Node& directory);

abi::files::Attributes attributes_of(const Node& node);

}  // namespace vfs
