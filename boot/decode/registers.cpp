// SPDX-License-Identifier: MIT
#include <boot/decode/registers.hpp>

namespace boot {

namespace {

constexpr std::string_view bus_names[] = {"simple-bus", "simple-pm-bus", "arm,amba-bus"};

bool is_simple_bus(const Node& node) { return node[Key::compatible].lists_any(bus_names); }

bool address_cells_supported(u32 cells) { return cells == 1 || cells == 2; }

// The range as the bus's own parent sees it. An empty `ranges` means that both count alike; a
// missing one that nothing below can be reached.
Result<Range> translate(const Node& bus, Range range) {
  const Property& ranges = bus[Key::ranges];
  if (!ranges.present()) return Fault::tree_registers_damaged;
  if (ranges.size() == 0) return range;
  const u32 parent_cells = bus.parent->address_cells;
  if (!address_cells_supported(bus.address_cells) || !address_cells_supported(parent_cells) ||
      bus.size_cells > 2)
    return Fault::tree_cells_unsupported;
  const std::size_t entry_cells = bus.address_cells + parent_cells + bus.size_cells;
  for (std::size_t i = 0; i + entry_cells <= ranges.cell_count(); i += entry_cells) {
    const u64 child = ranges.number(i, bus.address_cells).value_or(0);
    const u64 parent = ranges.number(i + bus.address_cells, parent_cells).value_or(0);
    const u64 size =
        ranges.number(i + bus.address_cells + parent_cells, bus.size_cells).value_or(0);
    const std::optional<Range> window = Range::from(child, size);
    if (!window || !window->contains(range)) continue;
    const std::optional<Range> result = Range::from(parent, range.end - child);
    if (!result) return Fault::range_wraps;
    return Range{result->begin + (range.begin - child), result->end};
  }
  return Fault::tree_registers_damaged;
}

}  // namespace

Result<Registers> Registers::of(const Node& node) {
  Registers list;
  if (node.parent == nullptr) return list;
  const Property& reg = node[Key::reg];
  if (!address_cells_supported(node.parent->address_cells) || node.parent->size_cells > 2)
    return Fault::tree_cells_unsupported;
  list.node_ = &node;
  list.address_cells_ = node.parent->address_cells;
  list.size_cells_ = node.parent->size_cells;
  const std::size_t entry_size = (list.address_cells_ + list.size_cells_) * cell_size;
  if (reg.size() % entry_size != 0) return Fault::tree_registers_damaged;
  list.count_ = reg.size() / entry_size;
  return list;
}

u64 Registers::address(std::size_t index) const {
  const std::size_t at = index * (address_cells_ + size_cells_);
  return (*node_)[Key::reg].number(at, address_cells_).value_or(0);
}

Result<Range> Registers::range(std::size_t index) const {
  const std::size_t at = index * (address_cells_ + size_cells_) + address_cells_;
  const u64 size = (*node_)[Key::reg].number(at, size_cells_).value_or(0);
  std::optional<Range> range = Range::from(address(index), size);
  if (!range) return Fault::range_wraps;
  for (const Node* bus = node_->parent; bus->parent != nullptr; bus = bus->parent)
    range = TRY(translate(*bus, *range));
  return *range;
}

bool on_memory_bus(const Node& node) {
  if (node.parent == nullptr) return false;
  for (const Node* bus = node.parent; bus->parent != nullptr; bus = bus->parent)
    if (!is_simple_bus(*bus)) return false;
  return true;
}

}  // namespace boot
