// SPDX-License-Identifier: MIT
#include <boot/decode/device_list.hpp>

namespace boot {

namespace {

abi::Device describe(std::string_view compatible, Range registers, Interrupt interrupt) {
  abi::Device device{.base = registers.begin,
                     .size = registers.size(),
                     .interrupt = interrupt.number,
                     .trigger = interrupt.edge ? 1U : 0U};
  // One less than there is room for: the last byte stays zero.
  compatible.copy(device.compatible, sizeof device.compatible - 1);
  return device;
}

}  // namespace

std::optional<Range> DeviceList::add(const Node& node) {
  const Result<Registers> registers = Registers::of(node);
  if (!registers.ok() || registers->count() == 0) {
    notices_.add(Warning::device_registers_damaged, node.name);
    return std::nullopt;
  }
  std::optional<Range> first;
  for (std::size_t i = 0; i < registers->count(); ++i) {
    const Result<Range> range = registers->range(i);
    if (!range.ok()) {
      notices_.add(Warning::device_registers_damaged, node.name);
      return std::nullopt;
    }
    if (i == 0) first = *range;
    if (!pages_.insert(range->outer_pages())) {
      notices_.add_once(Warning::device_ranges_dropped, node.name);
      return std::nullopt;
    }
  }
  if (!pending_.push({node.name, node[Key::compatible].text(), *first, InterruptClaim::of(node)}))
    notices_.add_once(Warning::devices_dropped, node.name);
  return first;
}

Result<void> DeviceList::exclude(Range registers) {
  if (!excluded_.insert(registers.outer_pages())) return Fault::tree_too_many_ranges;
  return {};
}

Result<void> DeviceList::finish(const RangeList<max_tree_ranges>& memory, u32 controller,
                                Board& board) const {
  for (const Pending& device : pending_) {
    if (memory.overlaps(device.registers)) {
      notices_.add(Warning::device_in_memory, device.name);
      continue;
    }
    // There is room: `pending_` holds no more than `devices`.
    (void)board.devices.push(
        describe(device.compatible, device.registers, resolve(device.interrupt, controller)));
  }
  board.device_pages = pages_;
  for (const Range& range : excluded_)
    if (!board.device_pages.remove(range)) return Fault::tree_too_many_ranges;
  for (const Range& range : memory)
    if (!board.device_pages.remove(range.outer_pages())) return Fault::tree_too_many_ranges;
  return {};
}

}  // namespace boot
