// SPDX-License-Identifier: MIT
// Methods of Thread: configured whole or not at all, read and written when it stands still.
#include <abi/layout.hpp>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
using abi::thread::Configure;

struct ThreadTest : testing::Test {
  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  Actor actor = world.make_actor();

  Error configure(const Configure& request) { return world.invoke(actor.cap, request).error(); }
  void suspend() { ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Suspend{}).ok()); }
};

TEST_F(ThreadTest, ARunningThreadCannotBeConfiguredDispatchedReadOrWritten) {
  EXPECT_EQ(configure({.pager = endpoint}), Error::busy);
  EXPECT_EQ(world.invoke(actor.cap, abi::thread::Dispatch{}).error(), Error::busy);
  EXPECT_EQ(world.invoke(actor.cap, abi::thread::ReadRegisters{}).error(), Error::busy);
  EXPECT_EQ(world.invoke(actor.cap, abi::thread::WriteRegisters{}).error(), Error::busy);
}

TEST_F(ThreadTest, ConfigureIsAllOrNothing) {
  suspend();
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const CapPtr read_only = world.copy(frame, abi::frame_right::read);
  const CapPtr receive_only = world.copy(endpoint, abi::endpoint_right::receive);
  const CapPtr device = world.make_from(world.device_memory(), ObjectType::frame, 12);
  const Actor other = world.make_actor();
  EXPECT_EQ(configure({.pager = endpoint, .handler = receive_only}), Error::denied);
  EXPECT_EQ(configure({.pager = endpoint, .handler = frame}), Error::wrong_object);
  EXPECT_EQ(configure({.buffer = read_only, .pager = endpoint}), Error::denied);
  EXPECT_EQ(configure({.buffer = device, .pager = endpoint}), Error::not_supported);
  EXPECT_EQ(configure({.buffer = frame, .buffer_offset = 512, .pager = endpoint}),
            Error::bad_argument);
  EXPECT_EQ(configure({.buffer = frame, .buffer_offset = 4096, .pager = endpoint}),
            Error::out_of_range);
  EXPECT_EQ(configure({.buffer_offset = 1024, .pager = endpoint}), Error::bad_argument);
  EXPECT_EQ(configure({.pager = endpoint, .sched_context = other.time}), Error::busy);
  EXPECT_EQ(configure({.cspace = abi::cap_at(900, 0), .pager = endpoint}),
            Error::invalid_capability);
  EXPECT_TRUE(actor.thread->kept(kernel::Kept::pager).is_empty());
  EXPECT_EQ(configure({.buffer = frame, .buffer_offset = 3072, .pager = endpoint}), Error::none);
  EXPECT_FALSE(actor.thread->kept(kernel::Kept::pager).is_empty());
}

TEST_F(ThreadTest, EveryMethodAsksForItsRight) {
  const CapPtr weak = world.copy(actor.cap, {0});
  EXPECT_EQ(world.invoke(weak, Configure{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::Dispatch{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::Suspend{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::Resume{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::ReadRegisters{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::WriteRegisters{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::SetPriority{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::Info{}).error(), Error::denied);
  EXPECT_EQ(world.invoke(weak, abi::thread::BindNotification{}).error(), Error::denied);
  const CapPtr time = world.copy(actor.time, {0});
  EXPECT_EQ(world.invoke(time, abi::sched_context::Configure{1'000'000}).error(), Error::denied);
}

TEST_F(ThreadTest, RegistersComeBackAsTheyWereWrittenExceptForbiddenFlags) {
  suspend();
  abi::thread::WriteRegisters write{};
  for (u64 i = 0; i < 31; ++i) write.registers.x[i] = 100 + i;
  write.registers.sp = 1;
  write.registers.pc = 2;
  write.registers.flags = ~u64{0};
  write.registers.tls = 3;
  ASSERT_TRUE(world.invoke(actor.cap, write).ok());
  const auto read = world.invoke(actor.cap, abi::thread::ReadRegisters{});
  ASSERT_TRUE(read.ok());
  for (u64 i = 0; i < 31; ++i) EXPECT_EQ(read->registers.x[i], 100 + i);
  EXPECT_EQ(read->registers.sp, 1U);
  EXPECT_EQ(read->registers.pc, 2U);
  EXPECT_EQ(read->registers.tls, 3U);
  EXPECT_EQ(read->registers.flags, 0xf000'0000U);
  EXPECT_EQ(actor.thread->context.flags, 0xf000'0000U) << "no other mode, no masked interrupts";
}

TEST_F(ThreadTest, AReplyThatNeedsABufferIsRefusedToWhoHasNone) {
  suspend();
  const Actor poor = world.make_actor({.has_buffer = false});
  EXPECT_EQ(world.invoke(*poor.thread, actor.cap, abi::thread::ReadRegisters{}).error(),
            Error::bad_argument);
}

TEST_F(ThreadTest, DispatchClearsAllRegistersAndChecksItsAddresses) {
  suspend();
  const auto dispatch = [&](u64 entry, u64 stack) {
    return world
        .invoke(actor.cap, abi::thread::Dispatch{.entry = entry, .stack = stack, .argument = 7})
        .error();
  };
  EXPECT_EQ(dispatch(abi::layout::user_end, 0), Error::out_of_range);
  EXPECT_EQ(dispatch(0, abi::layout::user_end + 16), Error::out_of_range);
  EXPECT_EQ(dispatch(0x4000, abi::layout::user_end), Error::none);
  EXPECT_EQ(actor.thread->context.x[0], 7U);
  for (unsigned i = 1; i < 31; ++i) EXPECT_EQ(actor.thread->context.x[i], 0U);
  EXPECT_EQ(actor.thread->context.pc, 0x4000U);
}

TEST_F(ThreadTest, WithoutAnAddressSpaceNothingStarts) {
  const CapPtr bare = world.make(ObjectType::thread);
  EXPECT_EQ(world.invoke(bare, abi::thread::Resume{}).error(), Error::bad_argument);
  EXPECT_EQ(world.invoke(bare, abi::thread::Dispatch{}).error(), Error::bad_argument);
}

TEST_F(ThreadTest, ANotificationIsBoundToOneThreadThatNobodyElseWaitsOn) {
  const CapPtr notification = world.make(ObjectType::notification);
  const Actor other = world.make_actor();
  const auto bind = [&](const Actor& to, CapPtr what) {
    return world.invoke(to.cap, abi::thread::BindNotification{what}).error();
  };
  world.trap(*other.thread, Syscall::wait, notification);
  EXPECT_EQ(bind(actor, notification), Error::busy);
  world.trap(world.root(), Syscall::signal, notification);
  EXPECT_EQ(bind(actor, notification), Error::none);
  EXPECT_EQ(bind(actor, notification), Error::busy);
  EXPECT_EQ(bind(other, notification), Error::busy);
  EXPECT_EQ(world.trap(*other.thread, Syscall::wait, notification).error(), Error::busy);
  EXPECT_EQ(bind(actor, {}), Error::none);
  EXPECT_EQ(bind(other, notification), Error::none);
}

TEST_F(ThreadTest, AMethodOfTheWrongLengthOrNumberIsRefused) {
  const auto raw = [&](abi::u32 label, u64 words) {
    return world
        .trap(world.root(), Syscall::call, actor.cap,
              {.words = std::vector<u64>(words), .label = label})
        .error();
  };
  EXPECT_EQ(raw(Configure::op, 6), Error::bad_argument);
  EXPECT_EQ(raw(Configure::op, 8), Error::bad_argument);
  EXPECT_EQ(raw(abi::thread::Suspend::op, 1), Error::bad_argument);
  EXPECT_EQ(raw(0, 0), Error::unknown_method);
  EXPECT_EQ(raw(0x6ff, 0), Error::unknown_method);
  EXPECT_EQ(raw(abi::cnode::Delete::op, 1), Error::unknown_method) << "of another object";
  EXPECT_EQ(world
                .trap(world.root(), Syscall::call, actor.cap,
                      {.label = abi::thread::Suspend::op, .caps = {endpoint}})
                .error(),
            Error::bad_argument)
      << "invocations carry no capabilities";
}

TEST_F(ThreadTest, SuspendingItselfTakesEffectAtOnce) {
  world.begin(*actor.thread, static_cast<abi::u32>(Syscall::call), actor.cap,
              {.label = abi::thread::Suspend::op});
  EXPECT_EQ(actor.thread->state, ThreadState::suspended);
  EXPECT_NE(kernel::core.scheduler.current(), actor.thread);
  ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Resume{}).ok());
  EXPECT_FALSE(World::outcome(*actor.thread).is_error()) << "its own suspension succeeded";
}

}  // namespace
