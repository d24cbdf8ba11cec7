// SPDX-License-Identifier: MIT
// Writes BootInfo: what the kernel and the first process learn about the machine.
#pragma once

#include <boot/decode/command_line.hpp>
#include <boot/memory/memory_plan.hpp>
#include <boot/memory/placement.hpp>

namespace boot {

// Where the kernel finds the registers that it uses.
struct DeviceAddresses {
  base::VirtAddr distributor;
  base::VirtAddr cpu_interface;
  base::VirtAddr redistributors;
  base::VirtAddr serial;
};

// All that stays when boot/ goes.
struct Findings {
  const Board& board;
  const MemoryPlan& plan;
  const CommandLine& command_line;
  const DeviceAddresses& devices;
  const Pieces& root;
  u64 root_entry = 0;
  Range archive;
  Range kernel;
  u64 this_processor = 0;
};

// `info` is all zeros, so that bytes that nothing is written to tell nothing.
void inform(const Findings& findings, abi::BootInfo& info, Notices& notices);

// Last of all: what is free when nothing more is taken.
void inform_of_free_memory(const PagePool& pool, abi::BootInfo& info, Notices& notices);

}  // namespace boot
