// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#include <arch/contract.hpp>
#include <configuration.hpp>
#include <debug/check.hpp>
#include <debug/console.hpp>
#include <debug/panic.hpp>
#include <debug/trace.hpp>
#include <ipc/fault.hpp>
#include <machine/trap.hpp>
#include <sched/activate.hpp>
#include <sched/kernel.hpp>
#include <syscall/system_call.hpp>
#include <trap/trap.hpp>

namespace kernel {

namespace {

// As a shell reports a program that ended by a memory fault.
constexpr u64 unhandled_fault_status = 139;

void take_interrupt() {
  ++core.counts.interrupts;
  const u32 number = machine::claim_interrupt(core.machine);
  if (trace.is_on()) [[unlikely]]
    trace.record(EventKind::interrupt, core.scheduler.current(), number);
  if (number >= machine::no_interrupt - 3) return;  // 1020..1023: spurious
  if (number == core.machine.timer_interrupt) core.scheduler.check_alarm();
  machine::complete_interrupt(core.machine, number);
}

// The system ends with its first process: without it nobody can be told, and nothing be saved.
[[noreturn]] void end_with_first_fault(const Thread& thread) {
  const Fault& fault = thread.fault;
  print_line("kernel: the first process stops at a fault that nobody handles: ",
             abi::name_of(fault.kind), " at pc ", base::Hex{thread.context.program_counter()},
             ", address ", base::Hex{fault.address}, ", syndrome ", base::Hex{fault.syndrome});
  machine::power_off(core.machine, unhandled_fault_status);
}

bool has_stopped(const Thread* thread) {
  return thread != nullptr && thread->state == ThreadState::faulted;
}

void take_fault(Thread& thread, const machine::Trap& trap) {
  ++core.counts.faults;
  ++thread.faults;
  thread.fault = {.kind = trap.fault,
                  .access = trap.access,
                  .address = trap.address,
                  .present = trap.present,
                  .syndrome = trap.syndrome};
  raise_fault(thread);
  if (&thread == core.first_thread && has_stopped(&thread)) end_with_first_fault(thread);
}

[[gnu::cold, gnu::noinline]] void trace_trap(const Thread& thread, const machine::Trap& trap) {
  switch (trap.kind) {
    case machine::TrapKind::system_call:
      trace.record(EventKind::system_call, &thread, trap.number, thread.context.capability());
      break;
    case machine::TrapKind::floating_point: trace.record(EventKind::floating_point, &thread); break;
    case machine::TrapKind::fault:
      trace.record(EventKind::fault, &thread, static_cast<u64>(trap.fault), trap.address);
      break;
    case machine::TrapKind::interrupt:  // take_interrupt() knows which
    case machine::TrapKind::impossible: break;
  }
}

void take_system_call(Thread& thread, u32 number) {
  ++core.counts.system_calls;
  system_call(thread, number);
}

void take_trap(Thread& thread, const machine::Trap& trap) {
  if (trace.is_on()) [[unlikely]]
    trace_trap(thread, trap);
  switch (trap.kind) {
    case machine::TrapKind::system_call: take_system_call(thread, trap.number); return;
    case machine::TrapKind::interrupt: take_interrupt(); return;
    case machine::TrapKind::floating_point:
      ++core.counts.floating_point;
      take_floating_point(thread);
      return;
    case machine::TrapKind::fault: take_fault(thread, trap); return;
    case machine::TrapKind::impossible: break;
  }
  panic("a trap that cannot happen");
}

}  // namespace

Thread& next_thread() {
  Thread* next = core.scheduler.choose();
  if (next == nullptr) {
    // No interrupt wakes a thread: whoever could run has stopped or waits for ever.
    if (has_stopped(core.first_thread)) end_with_first_fault(*core.first_thread);
    print_line("kernel: nothing can run any more: every thread waits or has stopped");
    machine::power_off(core.machine, unhandled_fault_status);
  }
  activate(core, *next);
  return *next;
}

namespace {

// `thread` has entered; it may not exist any more.
Thread* leave(const Thread* thread) {
  Thread& next = next_thread();
  if (&next != thread) {
    ++core.counts.thread_switches;
    if (trace.is_on()) [[unlikely]]
      trace.record(EventKind::thread_switch, thread, reinterpret_cast<u64>(&next));
  }
  if constexpr (checking) {
    core.scheduler.check();
    check_thread(next);
  }
  return &next;
}

}  // namespace

extern "C" Thread* kernel_trap(u64 cause, Thread* thread) {
  take_trap(*thread, machine::decode_trap(cause));
  return leave(thread);
}

// From the fast path, which has not taken it.
extern "C" Thread* kernel_system_call(Thread* thread, u64 number) {
  const auto svc = static_cast<u32>(number);
  if (trace.is_on()) [[unlikely]]
    trace_trap(*thread, {.kind = machine::TrapKind::system_call, .number = svc});
  thread->context.clear_dead();
  take_system_call(*thread, svc);
  return leave(thread);
}

}  // namespace kernel
