// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#include <configuration.hpp>
#include <debug/check.hpp>
#include <debug/panic.hpp>
#include <ipc/fault.hpp>
#include <arch/contract.hpp>
#include <machine/trap.hpp>
#include <sched/activate.hpp>
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

}  // namespace

Thread& next_thread() {
  Thread* next = core.scheduler.choose();
  while (next == nullptr) {
    machine::wait_for_interrupt();
    take_interrupt();
    next = core.scheduler.choose();
  }
  activate(core, *next);
  return *next;
}

namespace {

Thread* leave() {
  Thread& next = next_thread();
  if constexpr (checking) {
    core.scheduler.check();
    check_thread(next);
  }
  return &next;
}

}  // namespace

extern "C" Thread* kernel_trap(u64 cause, Thread* thread) {
  take_trap(*thread, machine::decode_trap(cause));
  return leave();
}

// From the fast path, which has not taken it.
extern "C" Thread* kernel_system_call(Thread* thread, u64 number) {
  thread->context.clear_dead();
  system_call(*thread, static_cast<u32>(number));
  return leave();
}

}  // namespace kernel
