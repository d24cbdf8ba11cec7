// SPDX-License-Identifier: MIT
// All that the kernel remembers, apart from what lies in the objects themselves. There is no other
// mutable global but the trace ring (debug/trace.hpp) and what a panic notes of itself.
#pragma once

#include <abi/bootinfo.hpp>
#include <cap/cursor.hpp>
#include <memory/address_spaces.hpp>
#include <sched/interrupt_table.hpp>
#include <sched/scheduler.hpp>
#include <sched/timer_queue.hpp>

namespace kernel {

struct Kernel {
  machine::SpaceWord active_space;         // the address space that the CPU is in
  Thread* floating_point_owner = nullptr;  // whose registers the FP unit holds
  u32 cpu_state = 0;                       // what the CPU is set up for (object/thread.hpp)
  const Thread* watched = nullptr;         // whose debug registers are in force
  Scheduler scheduler;
  TimerQueue timers;
  InterruptTable interrupts;
  AddressSpaces spaces;
  Object* ending = nullptr;        // objects that wait to be torn down (life/removal.hpp)
  Thread* first_thread = nullptr;  // the first process's, while it exists
  abi::Machine machine;

  // For those who inspect (syscall/inspector.cpp). All capabilities are derived from the origin's,
  // which nobody can name.
  Slot origin;
  Cursor cursor;
  u64 own_bytes = 0;  // memory that nobody else can have
};

inline constinit Kernel core;

}  // namespace kernel
