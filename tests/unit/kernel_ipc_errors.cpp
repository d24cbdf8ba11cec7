// SPDX-License-Identifier: MIT
// Messages that are refused: at once, or when their turn comes.
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct IpcErrors : testing::Test {
  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  Actor server = world.make_actor();
  Actor client = world.make_actor();
};

TEST_F(IpcErrors, RightsAreAskedFor) {
  const CapPtr only_send = world.copy(endpoint, abi::endpoint_right::send);
  const CapPtr only_receive = world.copy(endpoint, abi::endpoint_right::receive);
  Thread& thread = *client.thread;
  for (const Syscall number : {Syscall::send, Syscall::try_send, Syscall::call, Syscall::try_call})
    EXPECT_EQ(world.trap(thread, number, only_receive).error(), Error::denied);
  for (const Syscall number : {Syscall::recv, Syscall::try_recv, Syscall::reply_recv})
    EXPECT_EQ(world.trap(thread, number, only_send).error(), Error::denied);
  const CapPtr only_answer = world.copy(client.reply, abi::reply_right::answer);
  const CapPtr only_bind = world.copy(client.reply, abi::reply_right::receive);
  EXPECT_EQ(world.trap(thread, Syscall::recv, endpoint, {}, only_answer).error(), Error::denied);
  EXPECT_EQ(world.trap(thread, Syscall::send, only_bind).error(), Error::denied);
}

TEST_F(IpcErrors, TheWrongKindOfObjectIsSaidToBeWrong) {
  Thread& thread = *client.thread;
  EXPECT_EQ(world.trap(thread, Syscall::recv, client.reply).error(), Error::wrong_object);
  EXPECT_EQ(world.trap(thread, Syscall::call, client.reply).error(), Error::wrong_object);
  EXPECT_EQ(world.trap(thread, Syscall::recv, endpoint, {}, endpoint).error(), Error::wrong_object);
  EXPECT_EQ(world.trap(thread, Syscall::send, client.cap).error(), Error::wrong_object);
  EXPECT_EQ(world.trap(thread, Syscall::signal, endpoint).error(), Error::wrong_object);
  const CapPtr notification = world.make(ObjectType::notification);
  EXPECT_EQ(world.trap(thread, Syscall::call, notification).error(), Error::wrong_object);
  EXPECT_EQ(world.trap(thread, Syscall::recv, endpoint, {}, CapPtr{0xffff'ff00}).error(),
            Error::invalid_capability);
}

TEST_F(IpcErrors, AMessageThatIsTooLongOrHasTooManyCapabilitiesIsABadArgument) {
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_EQ(
      world.trap(*client.thread, Syscall::send, endpoint, {.words = std::vector<u64>(121)}).error(),
      Error::bad_argument);
  EXPECT_EQ(
      world.trap(*client.thread, Syscall::send, endpoint, {.caps = std::vector<CapPtr>(5)}).error(),
      Error::bad_argument);
  EXPECT_EQ(server.thread->state, ThreadState::receiving) << "it has not noticed";
}

TEST_F(IpcErrors, WithoutABufferLongMessagesAndCapabilitiesAreBadArguments) {
  Actor poor = world.make_actor({.has_buffer = false});
  EXPECT_EQ(
      world.trap(*poor.thread, Syscall::send, endpoint, {.words = std::vector<u64>(9)}).error(),
      Error::bad_argument);
  EXPECT_EQ(world.trap(*poor.thread, Syscall::send, endpoint, {.caps = {endpoint}}).error(),
            Error::bad_argument);
}

TEST_F(IpcErrors, AReceiverWithoutABufferRefusesLongMessagesAndLosesCapabilities) {
  Actor poor = world.make_actor({.has_buffer = false});
  world.trap(*poor.thread, Syscall::recv, endpoint);
  EXPECT_EQ(
      world.trap(*client.thread, Syscall::send, endpoint, {.words = std::vector<u64>(9)}).error(),
      Error::too_big);
  EXPECT_FALSE(
      world.trap(*client.thread, Syscall::send, endpoint, {.words = {1}, .caps = {endpoint}})
          .is_error());
  EXPECT_EQ(World::outcome(*poor.thread).info.caps(), 0U);
  EXPECT_EQ(World::outcome(*poor.thread).words[0], 1U);
}

TEST_F(IpcErrors, AQueuedMessageThatCannotBeReceivedIsRefusedAndTheNextOneComes) {
  Actor poor = world.make_actor({.has_buffer = false});
  world.trap(*client.thread, Syscall::send, endpoint, {.words = std::vector<u64>(9)});
  world.trap(*server.thread, Syscall::call, endpoint);
  Actor third = world.make_actor();
  world.trap(*third.thread, Syscall::send, endpoint, {.words = {3}});
  world.trap(*poor.thread, Syscall::recv, endpoint);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::too_big);
  EXPECT_EQ(World::outcome(*server.thread).error(), Error::not_supported) << "no Reply is bound";
  EXPECT_EQ(World::outcome(*poor.thread).words[0], 3U);
}

TEST_F(IpcErrors, ManyRefusalsAreInterruptedAndLoseNothing) {
  std::vector<Actor> callers;
  for (int i = 0; i < 40; ++i) {
    callers.push_back(world.make_actor({.has_buffer = false, .has_reply = false}));
    world.trap(*callers.back().thread, Syscall::call, endpoint);
  }
  world.begin(*client.thread, static_cast<u32>(Syscall::recv), endpoint);
  EXPECT_TRUE(world.is_repeating(*client.thread)) << "one step refuses only some of them";
  for (int i = 0; world.is_repeating(*client.thread) && i < 10; ++i) world.repeat(*client.thread);
  for (const Actor& caller : callers)
    EXPECT_EQ(World::outcome(*caller.thread).error(), Error::not_supported);
  EXPECT_EQ(client.thread->state, ThreadState::receiving);
}

TEST_F(IpcErrors, TheNonBlockingFormsSayWouldBlock) {
  Thread& thread = *client.thread;
  const CapPtr notification = world.make(ObjectType::notification);
  EXPECT_EQ(world.trap(thread, Syscall::try_send, endpoint).error(), Error::would_block);
  EXPECT_EQ(world.trap(thread, Syscall::try_call, endpoint).error(), Error::would_block);
  EXPECT_EQ(world.trap(thread, Syscall::try_recv, endpoint).error(), Error::would_block);
  EXPECT_EQ(world.trap(thread, Syscall::try_reply_recv, endpoint).error(), Error::would_block);
  EXPECT_EQ(world.trap(thread, Syscall::poll, notification).error(), Error::would_block);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_FALSE(world.trap(thread, Syscall::try_send, endpoint).is_error());
  world.trap(*server.thread, Syscall::recv, endpoint);
  world.trap(thread, Syscall::try_call, endpoint);
  EXPECT_EQ(thread.state, ThreadState::replying) << "only the meeting must not wait";
}

TEST_F(IpcErrors, ACallToAReceiverWithoutAReplyIsNotSupported) {
  world.trap(*server.thread, Syscall::recv, endpoint);
  EXPECT_EQ(world.trap(*client.thread, Syscall::call, endpoint).error(), Error::not_supported);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
}

TEST_F(IpcErrors, AnOccupiedReplyIsBusy) {
  Actor other = world.make_actor();
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_EQ(world.trap(*other.thread, Syscall::recv, endpoint, {}, server.reply).error(),
            Error::busy)
      << "bound to another thread";
  world.trap(*client.thread, Syscall::call, endpoint);
  EXPECT_EQ(world.trap(*server.thread, Syscall::recv, endpoint).error(), Error::busy)
      << "somebody hangs on the bound one";
  EXPECT_EQ(world.trap(*other.thread, Syscall::recv, endpoint, {}, server.reply).error(),
            Error::busy);
}

TEST_F(IpcErrors, AnsweringOnAnEmptyReplyIsGone) {
  EXPECT_EQ(world.trap(*server.thread, Syscall::send, server.reply).error(), Error::gone);
}

TEST_F(IpcErrors, AnAnswerThatCannotTravelLeavesTheCallerWhereItIs) {
  Actor poor = world.make_actor({.has_buffer = false});
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*poor.thread, Syscall::call, endpoint);
  const Sent too_long{.words = std::vector<u64>(9)};
  EXPECT_EQ(world.trap(*server.thread, Syscall::send, server.reply, too_long).error(),
            Error::too_big);
  EXPECT_EQ(world.trap(*server.thread, Syscall::reply_recv, endpoint, too_long).error(),
            Error::too_big);
  EXPECT_EQ(poor.thread->state, ThreadState::replying);
  EXPECT_FALSE(world.trap(*server.thread, Syscall::send, server.reply).is_error());
}

TEST_F(IpcErrors, ASystemCallThatDoesNotExistIsAFaultOfItsThread) {
  for (const u32 number : {u32{0}, abi::syscall_count, u32{0xffff}}) {
    Actor actor = world.make_actor();
    world.begin(*actor.thread, number, endpoint);
    EXPECT_EQ(actor.thread->state, ThreadState::faulted);
    EXPECT_EQ(actor.thread->context.pc, World::svc_address) << "at the instruction";
    EXPECT_EQ(actor.thread->faults, 1U);
  }
}

}  // namespace
