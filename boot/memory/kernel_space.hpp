// SPDX-License-Identifier: MIT
// The kernel's half of the address space (TTBR1), as abi/layout.hpp draws it:
//
//   physical_window   all memory at its physical address plus a constant: 1 GiB pages where they
//                     fit, never executable
//   device_window     the registers that the kernel uses, one after the other
//   kernel_base       the kernel's segments, each with its own rights
//
// boot/ reads and writes memory through the window too, as soon as it is switched on, so what the
// kernel will rely on has been used before it runs.
#pragma once

#include <abi/layout.hpp>
#include <boot/memory/table_tree.hpp>

namespace boot {

// Memory as it is found while boot/ runs: for all but boot's own image and the device tree.
template <class T>
T* in_window(u64 physical) {
  return reinterpret_cast<T*>(physical + abi::layout::physical_window);
}

class KernelSpace {
 public:
  // `tables`: zeroed pages, the first of which becomes the root. `table_offset`: where they can be
  // written now, relative to their physical addresses.
  KernelSpace(Range tables, u64 table_offset);

  // How many tables the window and the devices need at most, the root included.
  template <class Ranges>
  [[nodiscard]] static u64 tables_needed(const Ranges& memory) {
    constexpr u64 root_and_devices = 1 + max_devices * tables_for(0, true);
    return root_and_devices + memory.size() * tables_for(0, true);
  }

  Result<void> map_memory(Range memory);

  // Where the registers are found from now on.
  Result<base::VirtAddr> map_device(Range registers);

  Result<void> map_kernel(base::VirtAddr address, Range pages, bool writable, bool executable);

  // Once the window is on: tables are written through it, and more of them can be had.
  void continue_in_window() { table_offset_ = abi::layout::physical_window; }
  // Returns what is left of the former supply.
  Range replace_supply(Range tables);

  [[nodiscard]] base::PhysAddr root() const { return root_; }
  // The smallest range that holds all tables of the former supplies.
  [[nodiscard]] Range used_tables() const { return used_; }

 private:
  static constexpr u64 max_devices = 4;

  [[nodiscard]] TableTree tree() { return {root_, table_offset_, supply_}; }

  base::PhysAddr root_;
  u64 table_offset_;
  TableSupply supply_;
  Range supplied_;
  Range used_;
  u64 next_device_ = abi::layout::device_window;
};

}  // namespace boot
