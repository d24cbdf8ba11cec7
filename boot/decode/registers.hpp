// SPDX-License-Identifier: MIT
// The `reg` of a node as physical addresses.
#pragma once

#include <boot/decode/range_list.hpp>
#include <boot/decode/tree_walk.hpp>

namespace boot {

class Registers {
 public:
  // Fails if the cells are not 1 or 2 (a size may have 0), or the list ends within an entry.
  static Result<Registers> of(const Node& node);

  [[nodiscard]] std::size_t count() const { return count_; }

  // The address alone, as the parent counts: a processor's number, for example.
  [[nodiscard]] u64 address(std::size_t index) const;

  // Entry `index` as a physical range: translated through the `ranges` of each bus above.
  [[nodiscard]] Result<Range> range(std::size_t index) const;

 private:
  const Node* node_ = nullptr;
  std::size_t address_cells_ = 0;
  std::size_t size_cells_ = 0;
  std::size_t count_ = 0;
};

// Can the processor reach this node's registers: is it below the root, or below buses that only
// pass addresses on?
[[nodiscard]] bool on_memory_bus(const Node& node);

}  // namespace boot
