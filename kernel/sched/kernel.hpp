// SPDX-License-Identifier: MIT
// All that the kernel remembers, apart from what lies in the objects themselves. There is no other
// mutable global but the trace ring (debug/trace.hpp).
#pragma once

#include <abi/bootinfo.hpp>
#include <cap/cursor.hpp>
#include <memory/address_spaces.hpp>
#include <sched/scheduler.hpp>

namespace kernel {

// What has happened since the start, on the long way into the kernel.
struct Counts {
  u64 system_calls = 0;
  u64 faults = 0;
  u64 interrupts = 0;
  u64 floating_point = 0;
  u64 thread_switches = 0;
};

struct Kernel {
  machine::SpaceWord active_space;         // the address space that the CPU is in
  Thread* floating_point_owner = nullptr;  // whose registers the FP unit holds
  bool floating_point_usable = false;      // by the thread that runs
  Scheduler scheduler;
  AddressSpaces spaces;
  Object* ending = nullptr;        // objects that wait to be torn down (life/removal.hpp)
  Thread* first_thread = nullptr;  // the first process's, while it exists
  abi::Machine machine;

  // For those who inspect (syscall/inspector.cpp). All capabilities are derived from the origin's,
  // which nobody can name.
  Slot origin;
  Cursor cursor;
  Counts counts;
  u64 own_bytes = 0;  // memory that nobody else can have
};

inline constinit Kernel core;

}  // namespace kernel
