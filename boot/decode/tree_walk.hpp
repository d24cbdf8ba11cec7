// SPDX-License-Identifier: MIT
// Reads the device tree from its first node to its last, once.
//
// In the flattened format a node's properties stand before its children, so a node is complete when
// its first child begins or when it ends; then `next()` reports it, parents before children:
//
//   / { a = 1;  soc { b = 2;  uart { c = 3; }; }; chosen { }; }
//             ^reports /    ^ soc            ^ uart         ^ chosen
//
// One pass matters: looking nodes up one by one reads the tree again each time, and that would be
// most of what boot/ executes.
#pragma once

#include <boot/decode/fault.hpp>
#include <boot/decode/property.hpp>

namespace boot {

// The properties that boot/ reads; all others are skipped.
enum class Key : u8 {
  address_cells,
  size_cells,
  compatible,
  reg,
  ranges,
  status,
  device_type,
  phandle,
  interrupt_parent,
  interrupts,
  interrupts_extended,
  method,
  no_map,
  redistributor_regions,
  bootargs,
  stdout_path,
  initrd_start,
  initrd_end,
};
inline constexpr std::size_t key_count = static_cast<std::size_t>(Key::initrd_end) + 1;

// A node as far as it matters here. It lives in the walk that reported it, until the next step.
struct Node {
  std::string_view name;         // with its unit address: "pl011@9000000"
  const Node* parent = nullptr;  // null: this is the root
  int offset = 0;                // where it begins in the structure block
  Property properties[key_count];
  u32 address_cells = 2;  // of its children; the defaults are the specification's
  u32 size_cells = 1;
  u32 interrupt_parent = 0;  // a phandle, inherited; 0: none
  bool enabled = true;       // it and all nodes above it

  [[nodiscard]] const Property& operator[](Key key) const {
    return properties[static_cast<std::size_t>(key)];
  }
  [[nodiscard]] bool below_root() const { return parent != nullptr && parent->parent == nullptr; }
};

class TreeWalk {
 public:
  // `tree`: a whole tree whose header check_tree_header() has accepted.
  explicit TreeWalk(std::span<const u8> tree) : tree_(tree.data()) {}

  // The next node, or null after the last one.
  Result<const Node*> next();

  // Where the walk stands, for messages about damage.
  [[nodiscard]] int offset() const { return offset_; }

 private:
  static constexpr std::size_t max_depth = 16;

  Result<void> enter(int following);
  Result<void> leave();
  Result<void> read_property();
  Result<const Node*> report();

  const u8* tree_;
  int offset_ = 0;
  std::size_t depth_ = 0;  // nodes entered and not yet left
  bool root_seen_ = false;
  bool collecting_ = false;  // the innermost node's properties are being read
  Node nodes_[max_depth];
};

inline constexpr std::size_t tree_header_size = 40;
inline constexpr std::size_t max_tree_size = 2 * base::mib;  // the arm64 boot protocol's limit

// The size of the whole tree, from its header alone: `header` has tree_header_size readable bytes.
Result<u32> check_tree_header(const u8* header);

}  // namespace boot
