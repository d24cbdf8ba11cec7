// SPDX-License-Identifier: MIT
// Timers on the simulated machine: the alarm, what it costs to be late, and a machine that sleeps.
#include <abi/object/time.hpp>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct TimerTest : testing::Test {
  World world;
  CapPtr note = world.make(ObjectType::notification);

  CapPtr make_timer(u64 bits = 1) {
    const CapPtr timer = world.make(ObjectType::timer);
    const CapPtr signal = world.mint(note, abi::all_rights, bits);
    EXPECT_TRUE(world.invoke(timer, abi::timer::Configure{signal}).ok());
    return timer;
  }
  u64 set(CapPtr timer, u64 deadline) {
    const auto reply = world.invoke(timer, abi::timer::Set{deadline});
    EXPECT_TRUE(reply.ok());
    return reply.ok() ? reply->replaced : 0;
  }
  u64 take_bits() {
    const Outcome outcome = world.trap(world.root(), Syscall::poll, note);
    return outcome.is_error() ? 0 : outcome.badge;
  }
  // The kernel said that nothing can run any more, and switched the machine off.
  static bool has_ended() { return machine.serial.find("nothing can run") != std::string::npos; }
  void ring_at(u64 time) {
    machine.now = time;
    world.ring_alarm();
  }
};

TEST_F(TimerTest, TheAlarmIsNeverLaterThanTheEarliestDeadline) {
  const u64 soon = machine.now + 50'000;
  const CapPtr first = make_timer();
  const CapPtr second = make_timer();
  set(first, soon);
  EXPECT_LE(machine.alarm, soon);
  set(second, soon - 10'000);
  EXPECT_LE(machine.alarm, soon - 10'000);
  ring_at(soon - 10'000);
  EXPECT_EQ(take_bits(), 1U);
  EXPECT_LE(machine.alarm, soon);
  EXPECT_GT(machine.alarm, soon - 10'000);
}

TEST_F(TimerTest, AnAlarmThatRingsEarlySignalsNothing) {
  const u64 deadline = machine.now + 1'000'000'000;
  const CapPtr timer = make_timer();
  set(timer, deadline);
  machine.now = deadline - 1'000;
  machine.pending_interrupt = Machine::timer_interrupt;
  machine.alarm = 0;
  world.ring_alarm();
  EXPECT_EQ(take_bits(), 0U);
  ring_at(deadline);
  EXPECT_EQ(take_bits(), 1U);
  EXPECT_EQ(set(timer, 0), 0U);
}

TEST_F(TimerTest, OneInterruptSignalsAFewAndTheNextTheRest) {
  const u64 deadline = machine.now + 100'000;
  for (u64 i = 0; i < 40; ++i) set(make_timer(u64{1} << i), deadline);
  ring_at(deadline);
  u64 bits = take_bits();
  EXPECT_EQ(std::popcount(bits), 16);
  EXPECT_LE(machine.alarm, machine.now) << "it goes on ringing";
  world.ring_alarm();
  world.ring_alarm();
  bits |= take_bits();
  EXPECT_EQ(bits, (u64{1} << 40) - 1);
  EXPECT_GT(machine.alarm, machine.now);
}

TEST_F(TimerTest, ATurnEndsAlsoIfTheSameInterruptWakesSomebodyAbove) {
  const Actor first = world.make_actor({.priority = 150});
  const Actor second = world.make_actor({.priority = 150});
  const Actor above = world.make_actor({.priority = 200});
  world.trap(*above.thread, Syscall::wait, note);
  ASSERT_EQ(kernel::core.scheduler.current(), first.thread);
  const CapPtr timer = make_timer();
  set(timer, machine.now + 1'000);
  auto& time = world.object<kernel::SchedContext>(first.time);
  ring_at(machine.now + time.budget);
  ASSERT_EQ(kernel::core.scheduler.current(), above.thread);
  EXPECT_EQ(time.left, time.budget);
  world.trap(*above.thread, Syscall::wait, note);
  EXPECT_EQ(kernel::core.scheduler.current(), second.thread);
}

TEST_F(TimerTest, ADeadlineThatPassedUnnoticedIsSignalledAndNotReplaced) {
  const CapPtr timer = make_timer();
  set(timer, machine.now + 1'000);
  machine.now += 10'000;  // the interrupt waits
  EXPECT_EQ(set(timer, machine.now + 50'000), 0U);
  EXPECT_EQ(take_bits(), 1U);
  EXPECT_EQ(set(timer, 0), machine.now + 50'000 - 300) << "traps take 100 ticks each";
}

TEST_F(TimerTest, TheMachineSleepsUntilATimerWakesAThread) {
  const CapPtr timer = make_timer(8);
  const u64 deadline = machine.now + 1'000'000;
  set(timer, deadline);
  const u64 used = kernel::core.scheduler.used(*world.root().time);
  const Outcome outcome = world.trap(world.root(), Syscall::wait, note);
  EXPECT_EQ(outcome.badge, 8U);
  EXPECT_GE(machine.now, deadline);
  EXPECT_FALSE(has_ended());
  EXPECT_GT(machine.sleeps, 0U);
  EXPECT_LT(kernel::core.scheduler.used(*world.root().time) - used, 10'000U)
      << "nobody pays for the sleep";
}

TEST_F(TimerTest, WithoutAnythingThatCouldWakeItTheMachineEnds) {
  world.trap(world.root(), Syscall::wait, note);
  EXPECT_TRUE(has_ended());
}

TEST_F(TimerTest, TimersThatSignalNobodyDoNotKeepTheMachine) {
  const CapPtr timer = world.make(ObjectType::timer);
  set(timer, machine.now + 1'000);
  world.trap(world.root(), Syscall::wait, note);
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(machine.sleeps, 1U);
}

TEST_F(TimerTest, ADeletedTimerLeavesTheQueueAndItsNotification) {
  const CapPtr timer = make_timer();
  set(timer, machine.now + 1'000'000);
  EXPECT_NE(kernel::core.timers.first(), nullptr);
  EXPECT_EQ(world.remove(timer), Error::none);
  EXPECT_EQ(kernel::core.timers.first(), nullptr);
  world.audit();
}

TEST_F(TimerTest, ConfiguringGoesOnAfterAnInterruption) {
  const CapPtr timer = make_timer();
  const CapPtr other = world.make(ObjectType::notification);
  EXPECT_EQ(world.revoke(note), Error::none);
  EXPECT_TRUE(world.invoke(timer, abi::timer::Configure{note}).ok());
  EXPECT_EQ(world.remove(note), Error::none);
  machine.interrupts = Interrupts::always;
  EXPECT_TRUE(world.invoke(timer, abi::timer::Configure{other}).ok());
  machine.interrupts = Interrupts::never;
  note = other;
  set(timer, 1);
  EXPECT_EQ(take_bits(), ~u64{0});
}

}  // namespace
