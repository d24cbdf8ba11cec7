// SPDX-License-Identifier: MIT
// Interrupts of devices on the simulated machine.
#include <abi/object/time.hpp>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct InterruptTest : testing::Test {
  static constexpr u32 number = 33;
  World world;
  CapPtr note = world.make(ObjectType::notification);
  CapPtr handler = world.make(ObjectType::irq_handler);

  Error attach(u64 line = number, u64 trigger = 0) {
    return world.invoke(root_slot::irq_control, abi::irq_control::Attach{handler, line, trigger})
        .error();
  }
  Error acknowledge() { return world.invoke(handler, abi::irq_handler::Acknowledge{}).error(); }
  u64 take_bits() {
    const Outcome outcome = world.trap(world.root(), Syscall::poll, note);
    return outcome.is_error() ? 0 : outcome.badge;
  }
  void SetUp() override {
    EXPECT_TRUE(world.invoke(handler, abi::irq_handler::Configure{note}).ok());
  }
};

TEST_F(InterruptTest, AnAttachedLineIsConfiguredAndMaskedUntilItIsAcknowledged) {
  ASSERT_EQ(attach(number, 1), Error::none);
  EXPECT_TRUE(machine.triggers.at(number));
  EXPECT_FALSE(machine.unmasked.contains(number));
  ASSERT_EQ(acknowledge(), Error::none);
  EXPECT_TRUE(machine.unmasked.contains(number));
  world.interrupt(number);
  EXPECT_FALSE(machine.unmasked.contains(number)) << "until the next acknowledge";
  EXPECT_EQ(take_bits(), ~u64{0});
}

TEST_F(InterruptTest, WhatComesAgainBeforeTheMaskTakesEffectIsNotSignalled) {
  ASSERT_EQ(attach(), Error::none);
  ASSERT_EQ(acknowledge(), Error::none);
  world.interrupt(number);
  EXPECT_NE(take_bits(), 0U);
  world.interrupt(number);
  EXPECT_EQ(take_bits(), 0U);
}

TEST_F(InterruptTest, WhatNobodyHasIsMasked) {
  for (const u32 line : {40U, 95U, 96U, 1019U, 5U}) {
    machine.unmasked.insert(line);
    world.interrupt(line);
    EXPECT_FALSE(machine.unmasked.contains(line)) << line;
  }
  for (const u32 spurious : {1020U, 1023U, 8192U}) world.interrupt(spurious);
  EXPECT_EQ(take_bits(), 0U);
}

TEST_F(InterruptTest, OnlyLinesThatTheMachineHasCanBeAttached) {
  EXPECT_EQ(attach(Machine::timer_interrupt), Error::denied);
  for (const u64 line : {u64{0}, u64{31}, u64{96}, u64{1019}, u64{1} << 40, ~u64{0}})
    EXPECT_EQ(attach(line), Error::out_of_range) << line;
  EXPECT_EQ(attach(95), Error::none);
  EXPECT_EQ(attach(94), Error::busy);
  EXPECT_EQ(attach(95), Error::occupied);
}

TEST_F(InterruptTest, AHandlerThatGoesLeavesItsLineMaskedAndFree) {
  ASSERT_EQ(attach(), Error::none);
  ASSERT_EQ(acknowledge(), Error::none);
  ASSERT_EQ(world.remove(handler), Error::none);
  EXPECT_FALSE(machine.unmasked.contains(number));
  EXPECT_FALSE(kernel::core.interrupts.any_unmasked());
  world.interrupt(number);
  EXPECT_EQ(take_bits(), 0U);
  handler = world.make(ObjectType::irq_handler);
  EXPECT_EQ(attach(), Error::none);
}

TEST_F(InterruptTest, TheMachineSleepsUntilADeviceWakesAThread) {
  ASSERT_EQ(attach(), Error::none);
  ASSERT_EQ(acknowledge(), Error::none);
  machine.arriving_interrupt = number;
  EXPECT_EQ(world.trap(world.root(), Syscall::wait, note).badge, ~u64{0});
  EXPECT_EQ(machine.sleeps, 1U);
}

TEST_F(InterruptTest, AMaskedLineDoesNotKeepTheMachine) {
  ASSERT_EQ(attach(), Error::none);
  machine.arriving_interrupt = number;
  world.trap(world.root(), Syscall::wait, note);
  EXPECT_EQ(machine.sleeps, 0U);
  EXPECT_NE(machine.serial.find("nothing can run"), std::string::npos);
}

}  // namespace
