// SPDX-License-Identifier: MIT
// The devices with registers, collected while the tree is read. What they are is settled at the
// end: only then is it known where memory lies and which node is the interrupt controller.
#pragma once

#include <boot/decode/board.hpp>
#include <boot/decode/interrupt.hpp>

namespace boot {

class DeviceList {
 public:
  explicit DeviceList(Notices& notices) : notices_(notices) {}

  // Keeps the device, or warns. Its first range of registers, if it has one that can be reached.
  std::optional<Range> add(const Node& node);

  // Registers that are the kernel's alone. Their pages must not be left in the list by a lack of
  // room: whoever holds them controls all interrupts. So that is a fault.
  Result<void> exclude(Range registers);

  // Writes devices and their pages to `board`. `controller`: the phandle of the GIC.
  Result<void> finish(const RangeList<max_tree_ranges>& memory, u32 controller, Board& board) const;

 private:
  struct Pending {
    std::string_view name;
    std::string_view compatible;
    Range registers;
    InterruptClaim interrupt;
  };

  Notices& notices_;
  abi::BoundedArray<Pending, abi::max_devices> pending_;
  RangeList<max_tree_ranges> pages_;
  RangeList<16> excluded_;
};

}  // namespace boot
