// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#include <arch/contract.hpp>
#include <configuration.hpp>
#include <debug/check.hpp>
#include <debug/console.hpp>
#include <debug/panic.hpp>
#include <ipc/fault.hpp>
#include <ipc/interrupt.hpp>
#include <ipc/upcall.hpp>
#include <machine/trap.hpp>
#include <sched/activate.hpp>
#include <sched/kernel.hpp>
#include <syscall/system_call.hpp>
#include <trap/trap.hpp>

namespace kernel {

namespace {

// As a shell reports a program that ended by a memory fault.
constexpr u64 unhandled_fault_status = 139;

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
  thread.fault = {.kind = trap.fault,
                  .access = trap.access,
                  .address = trap.address,
                  .present = trap.present,
                  .syndrome = trap.syndrome};
  raise_fault(thread);
  if (&thread == core.first_thread && has_stopped(&thread)) end_with_first_fault(thread);
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

// Nobody can run. The CPU sleeps until an interrupt changes that; if none can, the machine ends.
Thread* wait_for_a_thread() {
  for (;;) {
    if (has_stopped(core.first_thread)) end_with_first_fault(*core.first_thread);
    if (!can_be_interrupted()) {
      print_line("kernel: nothing can run any more: every thread waits or has stopped");
      machine::power_off(core.machine, unhandled_fault_status);
    }
    machine::wait_for_interrupt();
    take_interrupt();
    if (Thread* next = core.scheduler.choose()) return next;
  }
}

}  // namespace

Thread& next_thread() {
  Thread* next = core.scheduler.choose();
  if (next == nullptr) [[unlikely]]
    next = wait_for_a_thread();
  activate(core, *next);
  return *next;
}

namespace {

// What has to be done for a thread that takes the long way out.
void take_detours(Thread& next) {
  if ((next.detours & detour::posted) != 0) deliver_posted(next);
  if ((next.detours & detour::watched) != 0) load_debug_registers(next);
}

// Mostly the thread that came in goes on, and the CPU is set up for it still.
Thread* leave(Thread& came_in) {
  const bool goes_on = core.scheduler.leaves_alone(came_in) && came_in.detours == 0;
  Thread& next = goes_on ? came_in : next_thread();
  if (next.detours != 0) [[unlikely]]
    take_detours(next);
  if constexpr (checking) {
    core.scheduler.check();
    check_thread(next);
  }
  return &next;
}

}  // namespace

extern "C" Thread* kernel_trap(u64 cause, Thread* thread) {
  take_trap(*thread, machine::decode_trap(cause));
  return leave(*thread);
}

extern "C" Thread* kernel_interrupt(Thread* thread) {
  take_interrupt();
  return leave(*thread);
}

// From the fast path, which has not taken it. What the thread had in dead registers is not saved:
// they get their zeroes with the outcome.
extern "C" Thread* kernel_system_call(Thread* thread, u64 number) {
  system_call(*thread, static_cast<u32>(number));
  return leave(*thread);
}

// From the fast path, which has found what is called.
extern "C" Thread* kernel_invoke(Thread* thread, Slot* target) {
  invoke_object(*thread, *target);
  return leave(*thread);
}

}  // namespace kernel
