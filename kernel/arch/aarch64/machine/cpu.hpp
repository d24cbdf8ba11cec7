// SPDX-License-Identifier: MIT
// The CPU: its counter, its alarm, and whether an interrupt waits.
#pragma once

#include <base/units.hpp>

namespace kernel::machine {

using base::u64;

// Prepares this CPU for threads: trap vectors, what EL0 may do, the alarm.
void initialise_cpu();

// The virtual counter. User programs read the same one.
inline u64 counter() {
  u64 ticks = 0;
  asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
}

// Ticks per second.
inline u64 counter_frequency() {
  u64 frequency = 0;
  asm("mrs %0, cntfrq_el0" : "=r"(frequency));
  return frequency;
}

// The alarm interrupt is raised when the counter reaches `at`. It stays raised until the alarm is
// set to a later time.
inline void set_alarm(u64 at) { asm volatile("msr cntv_cval_el0, %0" : : "r"(at)); }

// Whether an interrupt waits for the kernel to return to a program: long operations stop then.
inline bool interrupt_pending() {
  u64 pending = 0;
  asm volatile("mrs %0, isr_el1" : "=r"(pending));
  return (pending & (1 << 7 | 1 << 6)) != 0;
}

// An alarm that is never to ring.
inline constexpr u64 no_alarm = ~u64{0} >> 1;

// Returns when an interrupt is pending; they are masked in the kernel, which does not keep the CPU
// asleep. An alarm that never rings is switched off meanwhile: an emulator that skips idle time
// would take it for what is awaited, and skip to the end of time.
inline void wait_for_interrupt() {
  u64 alarm = 0;
  asm volatile("mrs %0, cntv_cval_el0" : "=r"(alarm));
  const bool rings = alarm < no_alarm;
  if (!rings) asm volatile("msr cntv_ctl_el0, xzr\n isb");
  asm volatile("dsb sy\n wfi" : : : "memory");
  if (!rings) asm volatile("msr cntv_ctl_el0, %0\n isb" : : "r"(u64{1}));
}

// Where a fault that the current thread caused happened.
inline u64 fault_address() {
  u64 address = 0;
  asm volatile("mrs %0, far_el1" : "=r"(address));
  return address;
}

// Where it goes on.
inline u64 instruction_address() {
  u64 address = 0;
  asm volatile("mrs %0, elr_el1" : "=r"(address));
  return address;
}

}  // namespace kernel::machine
