// SPDX-License-Identifier: MIT
// What the device tree says about the machine, decoded and checked. Text in it points into the
// tree, so the tree must stay where it is for as long as a Board is read.
#pragma once

#include <abi/bootinfo.hpp>
#include <boot/decode/range_list.hpp>
#include <boot/decode/registers.hpp>
#include <boot/decode/warning.hpp>

namespace boot {

inline constexpr std::size_t max_tree_ranges = 64;

struct InterruptControllerBoard {
  abi::InterruptController kind{};
  Range distributor;
  Range cpu_interface;   // GICv2
  Range redistributors;  // GICv3: the first region
  bool found = false;
};

struct SerialBoard {
  Range registers;
  u32 interrupt = 0;
  bool found = false;
};

struct Board {
  RangeList<max_tree_ranges> memory;    // whole pages
  RangeList<max_tree_ranges> reserved;  // in bytes; nobody's to use
  RangeList<max_tree_ranges> no_map;    // the part of `reserved` that must not even be mapped

  abi::BoundedArray<u64, abi::max_cpus> cpus;  // affinities, in the tree's order
  InterruptControllerBoard interrupt_controller;
  SerialBoard serial;
  u32 timer_interrupt = 0;
  abi::PowerConduit power_conduit = abi::PowerConduit::none;

  std::optional<u64> archive_begin;
  std::optional<u64> archive_end;
  std::string_view command_line;

  abi::BoundedArray<abi::Device, abi::max_devices> devices;
  RangeList<max_tree_ranges> device_pages;  // of the devices, without the interrupt controller's

  // Where reading stopped when it failed: a node's name, and a byte of the tree.
  std::string_view culprit;
  u32 culprit_offset = 0;
};

// Fills `board` from a tree that check_tree_header() has accepted. What is wrong with memory,
// processors, timer or interrupt controller is a fault; what is wrong with a device is a warning.
// After a fault, `board` holds what was read before it: perhaps a serial port to complain on.
Result<void> read_board(std::span<const u8> tree, Board& board, Notices& notices);

}  // namespace boot
