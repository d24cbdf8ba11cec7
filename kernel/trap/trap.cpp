// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#include <configuration.hpp>
#include <debug/check.hpp>
#include <debug/panic.hpp>
#include <ipc/fault.hpp>
#include <arch/contract.hpp>
#include <machine/trap.hpp>
#include <sched/floating_point.hpp>
#include <sched/kernel.hpp>
#include <syscall/system_call.hpp>
#include <trap/trap.hpp>

namespace kernel {

namespace {

void take_interrupt() {
  const u32 number = machine::claim_interrupt(core.machine);
  if (number >= machine::no_interrupt - 3) return;  // 1020..1023: spurious
  if (number == core.machine.timer_interrupt) core.scheduler.check_alarm();
  machine::complete_interrupt(core.machine, number);
}

void take_fault(Thread& thread, const machine::Trap& trap) {
  ++thread.faults;
  thread.fault = {.kind = trap.fault,
                  .access = trap.access,
                  .address = trap.address,
                  .present = trap.present,
                  .syndrome = trap.syndrome};
  raise_fault(thread);
}

void take_trap(Thread& thread, const machine::Trap& trap) {
  switch (trap.kind) {
    case machine::TrapKind::system_call: system_call(thread, trap.number); return;
    case machine::TrapKind::interrupt: take_interrupt(); return;
    case machine::TrapKind::floating_point: take_floating_point(thread); return;
    case machine::TrapKind::fault: take_fault(thread, trap); return;
    case machine::TrapKind::impossible: break;
  }
  panic("a trap that cannot happen");
}

// Makes the CPU ready for `thread`.
void switch_to(Thread& thread) {
  if (core.active_space != thread.space_number()) {
    machine::activate_address_space(thread.space_number(), thread.space_root());
    core.active_space = thread.space_number();
  }
  allow_floating_point(core.floating_point_owner == &thread);
}

}  // namespace

Thread& next_thread() {
  Thread* next = core.scheduler.choose();
  while (next == nullptr) {
    machine::wait_for_interrupt();
    take_interrupt();
    next = core.scheduler.choose();
  }
  switch_to(*next);
  return *next;
}

extern "C" Thread* kernel_trap(u64 cause, Thread* thread) {
  take_trap(*thread, machine::decode_trap(cause));
  Thread& next = next_thread();
  if constexpr (checking) {
    core.scheduler.check();
    check_thread(next);
  }
  return &next;
}

}  // namespace kernel
