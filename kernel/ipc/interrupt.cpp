// SPDX-License-Identifier: MIT
#include <debug/trace.hpp>
#include <ipc/interrupt.hpp>
#include <ipc/notification.hpp>
#include <machine/interrupts.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

// Whatever is due beyond these keeps the alarm ringing: the next interrupt takes it.
constexpr unsigned timers_per_alarm = 16;

void expire(Timer& timer) {
  core.timers.disarm(timer);
  raise(timer.target);
}

void set_alarm_for_timers() {
  const Timer* first = core.timers.first();
  core.scheduler.wake_by(first != nullptr ? first->deadline() : Scheduler::never);
}

// Apart from the path of a device's interrupt, which it would make longer.
[[gnu::noinline]] void take_alarm() {
  const u64 now = machine::counter();
  for (unsigned i = 0; i < timers_per_alarm; ++i) {
    Timer* timer = core.timers.first();
    if (timer == nullptr || timer->deadline() > now) break;
    expire(*timer);
  }
  set_alarm_for_timers();
  core.scheduler.check_alarm();
  machine::complete_interrupt(core.machine, static_cast<u32>(core.machine.timer_interrupt));
}

}  // namespace

void take_interrupt() {
  const u32 number = machine::claim_interrupt(core.machine);
  if (trace.is_on()) [[unlikely]]
    trace.note_interrupt(core.scheduler.current(), number);
  if (number >= machine::max_interrupts) return;  // 1020..1023: spurious
  if (number == core.machine.timer_interrupt) {
    take_alarm();
    return;
  }
  const IrqHandler* handler = core.interrupts.take(core.machine, number);
  if (handler != nullptr) raise(handler->target);
}

bool can_be_interrupted() {
  return core.timers.first() != nullptr || core.interrupts.any_unmasked();
}

u64 set_timer(Timer& timer, u64 deadline) {
  const u64 now = machine::counter();
  u64 replaced = 0;
  if (timer.is_armed()) {
    // One that is due and has not rung yet is not replaced: it rings now.
    if (timer.deadline() <= now) {
      expire(timer);
    } else {
      replaced = timer.deadline();
      core.timers.disarm(timer);
    }
  }
  if (deadline > now) {
    core.timers.arm(timer, deadline);
  } else if (deadline != 0) {
    raise(timer.target);
  }
  set_alarm_for_timers();
  return replaced;
}

}  // namespace kernel
