// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#include <abi/syscall.hpp>
#include <arch/contract.hpp>
#include <configuration.hpp>
#include <debug/check.hpp>
#include <debug/panic.hpp>
#include <debug/trace.hpp>
#include <ipc/fault.hpp>
#include <ipc/interrupt.hpp>
#include <ipc/upcall.hpp>
#include <machine/trap.hpp>
#include <sched/activate.hpp>
#include <sched/kernel.hpp>
#include <syscall/system_call.hpp>
#include <trap/end.hpp>
#include <trap/trap.hpp>

namespace kernel {

namespace {

// For those who inspect.
void note_trap(const Thread& thread, machine::TrapKind kind, u64 first, u64 second) {
  if (trace.is_on()) [[unlikely]]
    trace.note_trap(kind, thread, first, second);
}

void note_system_call(const Thread& thread, u64 number) {
  note_trap(thread, machine::TrapKind::system_call, number, thread.context.capability());
}

bool take_fault(Thread& thread, const machine::Trap& trap) {
  note_trap(thread, trap.kind, static_cast<u64>(trap.fault), trap.address);
  thread.fault = {.kind = trap.fault,
                  .access = trap.access,
                  .address = trap.address,
                  .present = trap.present,
                  .syndrome = trap.syndrome};
  return raise_fault(thread);
}

// True: another thread runs already, and the CPU is set up for it.
bool take_trap(Thread& thread, const machine::Trap& trap) {
  switch (trap.kind) {
    case machine::TrapKind::fault: return take_fault(thread, trap);
    case machine::TrapKind::system_call:
      note_system_call(thread, trap.number);
      return system_call(thread, trap.number);
    case machine::TrapKind::floating_point:
      note_trap(thread, trap.kind, 0, 0);
      take_floating_point(thread);
      return false;
    case machine::TrapKind::interrupt:  // kernel_interrupt()
    case machine::TrapKind::impossible: break;
  }
  panic("a trap that cannot happen");
}

// Nobody can run. The CPU sleeps until an interrupt changes that; if none can, the machine ends.
Thread* wait_for_a_thread() {
  for (;;) {
    if (!can_be_interrupted()) end_with_nothing_to_run();
    machine::wait_for_interrupt();
    take_interrupt();
    if (Thread* next = core.scheduler.choose()) return next;
  }
}

}  // namespace

Thread& next_thread() {
  if (has_stopped(core.first_thread)) [[unlikely]]
    end_with_first_fault(*core.first_thread);
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

Thread* leave_with(Thread& next) {
  if constexpr (checking) {
    core.scheduler.check();
    check_thread(next);
  }
  return &next;
}

// Mostly the thread that came in goes on, and the CPU is set up for it still.
Thread* leave(Thread& came_in) {
  const bool goes_on = core.scheduler.leaves_alone(came_in) && came_in.detours == 0;
  Thread& next = goes_on ? came_in : next_thread();
  if (trace.is_on() && &next != &came_in) [[unlikely]]
    trace.note_switch(came_in, next);
  if (next.detours != 0) [[unlikely]]
    take_detours(next);
  return leave_with(next);
}

}  // namespace

extern "C" Thread* kernel_trap(u64 cause, Thread* thread) {
  if (!take_trap(*thread, machine::decode_trap(cause))) return leave(*thread);
  Thread& next = *core.scheduler.current();
  if (trace.is_on()) [[unlikely]]
    trace.note_switch(*thread, next);
  return leave_with(next);
}

extern "C" Thread* kernel_interrupt(Thread* thread) {
  take_interrupt();
  return leave(*thread);
}

// From the fast path, which has not taken it. What the thread had in dead registers is not saved:
// they get their zeroes with the outcome.
extern "C" Thread* kernel_system_call(Thread* thread, u64 number) {
  note_system_call(*thread, number);
  system_call(*thread, static_cast<u32>(number));
  return leave(*thread);
}

// From the fast path, which has found what is called.
extern "C" Thread* kernel_invoke(Thread* thread, Slot* target) {
  note_system_call(*thread, static_cast<u64>(abi::Syscall::call));
  invoke_object(*thread, *target);
  return leave(*thread);
}

}  // namespace kernel
