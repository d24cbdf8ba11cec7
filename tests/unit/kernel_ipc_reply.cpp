// SPDX-License-Identifier: MIT
// Replies: reply_recv, several answers owed at once, and time that is lent to passive servers.
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct IpcReply : testing::Test {
  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  Actor server = world.make_actor();
  Actor client = world.make_actor();
  Actor other = world.make_actor();
};

TEST_F(IpcReply, ReplyRecvAnswersAndThenReceives) {
  world.trap(*server.thread, Syscall::reply_recv, endpoint, {}, server.reply);
  EXPECT_EQ(server.thread->state, ThreadState::receiving) << "there was nobody to answer";
  world.trap(*client.thread, Syscall::call, endpoint, {.words = {1}});
  world.trap(*server.thread, Syscall::reply_recv, endpoint, {.words = {11}, .label = 5});
  EXPECT_EQ(World::outcome(*client.thread).words[0], 11U);
  EXPECT_EQ(World::outcome(*client.thread).info.label(), 5U);
  EXPECT_EQ(client.thread->state, ThreadState::ready);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
  world.trap(*other.thread, Syscall::call, endpoint, {.words = {2}});
  EXPECT_EQ(World::outcome(*server.thread).words[0], 2U);
}

TEST_F(IpcReply, ReplyRecvTakesAQueuedSenderAtOnce) {
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::call, endpoint, {.words = {1}});
  world.trap(*other.thread, Syscall::call, endpoint, {.words = {2}});
  const Outcome got = world.trap(*server.thread, Syscall::reply_recv, endpoint, {.words = {11}});
  EXPECT_EQ(got.words[0], 2U);
  EXPECT_EQ(World::outcome(*client.thread).words[0], 11U);
  EXPECT_EQ(other.thread->state, ThreadState::replying);
}

TEST_F(IpcReply, AServerMayOweManyAnswersAndGiveThemInAnyOrder) {
  const CapPtr second = world.make(ObjectType::reply);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, second);
  world.trap(*other.thread, Syscall::call, endpoint);
  EXPECT_FALSE(world.trap(*server.thread, Syscall::send, server.reply, {.words = {1}}).is_error());
  EXPECT_FALSE(world.trap(*server.thread, Syscall::send, second, {.words = {2}}).is_error());
  EXPECT_EQ(World::outcome(*client.thread).words[0], 1U);
  EXPECT_EQ(World::outcome(*other.thread).words[0], 2U);
}

TEST_F(IpcReply, IdentifyTellsWhetherSomebodyWaitsOnAReply) {
  const CapPtr leaf = world.leaf_of(server.reply);
  const auto waits = [&] {
    return world.invoke(leaf, abi::cnode::Identify{server.reply.value() % abi::leaf_slots})->data;
  };
  EXPECT_EQ(waits(), 0U);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_EQ(waits(), 0U) << "it is bound, and nobody waits yet";
  world.trap(*client.thread, Syscall::call, endpoint);
  EXPECT_EQ(waits(), 1U);
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(waits(), 0U) << "its caller waits no more";
}

TEST_F(IpcReply, ReplyRecvAnswersOnTheBoundReplyBeforeItBindsTheNamedOne) {
  const CapPtr second = world.make(ObjectType::reply);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*server.thread, Syscall::reply_recv, endpoint, {.words = {1}}, second);
  EXPECT_EQ(World::outcome(*client.thread).words[0], 1U);
  EXPECT_EQ(server.thread->bound_reply, &world.object<kernel::Reply>(second));
  EXPECT_EQ(world.object<kernel::Reply>(server.reply).receiver(), nullptr);
}

TEST_F(IpcReply, ReplyRecvThatNamesSomethingWrongAnswersNobody) {
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::call, endpoint);
  EXPECT_EQ(world.trap(*server.thread, Syscall::reply_recv, server.cap).error(),
            Error::wrong_object);
  EXPECT_EQ(world.trap(*server.thread, Syscall::reply_recv, endpoint, {}, endpoint).error(),
            Error::wrong_object);
  EXPECT_EQ(client.thread->state, ThreadState::replying);
}

TEST_F(IpcReply, AnotherThreadMayAnswer) {
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::call, endpoint);
  EXPECT_FALSE(world.trap(*other.thread, Syscall::send, server.reply, {.words = {3}}).is_error());
  EXPECT_EQ(World::outcome(*client.thread).words[0], 3U);
}

TEST_F(IpcReply, ABoundNotificationEndsAReceiveAndIsLookedAtFirst) {
  const CapPtr notification = world.make(ObjectType::notification);
  ASSERT_TRUE(world.invoke(server.cap, abi::thread::BindNotification{notification}).ok());
  const CapPtr bit = world.mint(notification, abi::all_rights, 4);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.trap(*client.thread, Syscall::signal, bit);
  Outcome got = World::outcome(*server.thread);
  EXPECT_EQ(got.info.kind(), Kind::notification);
  EXPECT_EQ(got.badge, 4U);
  EXPECT_EQ(server.thread->state, ThreadState::ready);
  world.trap(*client.thread, Syscall::send, endpoint);
  world.trap(*other.thread, Syscall::signal, bit);
  got = world.trap(*server.thread, Syscall::recv, endpoint);
  EXPECT_EQ(got.info.kind(), Kind::notification);
  got = world.trap(*server.thread, Syscall::recv, endpoint);
  EXPECT_EQ(got.info.kind(), Kind::send);
}

// Servers without time of their own.
struct Passive : IpcReply {
  Actor passive = world.make_actor({.has_time = false});
  Actor deeper = world.make_actor({.has_time = false});
  CapPtr deep_endpoint = world.make(ObjectType::endpoint);

  kernel::SchedContext& time_of(const Actor& actor) {
    return world.object<kernel::SchedContext>(actor.time);
  }
  void SetUp() override {
    begin(passive, endpoint);
    begin(deeper, deep_endpoint);
  }
  // A thread without time cannot even receive: it has some to begin with.
  void begin(Actor& actor, CapPtr at) {
    const CapPtr time = world.make(ObjectType::sched_context);
    ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Suspend{}).ok());
    ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Configure{.sched_context = time}).ok());
    ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Resume{}).ok());
    world.trap(*actor.thread, Syscall::recv, at, {}, actor.reply);
    // The thread keeps a child of `time`: revoking takes it away again.
    ASSERT_EQ(world.revoke(time), Error::none);
    ASSERT_EQ(actor.thread->time, nullptr);
    ASSERT_EQ(actor.thread->state, ThreadState::receiving);
  }
};

TEST_F(Passive, AServerRunsOnItsCallersTimeUntilItAnswers) {
  world.trap(*client.thread, Syscall::call, endpoint);
  EXPECT_EQ(passive.thread->time, &time_of(client));
  EXPECT_EQ(client.thread->time, nullptr);
  world.trap(*passive.thread, Syscall::reply_recv, endpoint, {.words = {1}});
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(passive.thread->time, nullptr);
  EXPECT_EQ(passive.thread->state, ThreadState::receiving);
  EXPECT_EQ(World::outcome(*client.thread).words[0], 1U);
}

TEST_F(Passive, AServerThatAnswersAndFindsTheNextCallerRunsOnThatOnesTime) {
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*other.thread, Syscall::call, endpoint, {.words = {2}});
  const Outcome got = world.trap(*passive.thread, Syscall::reply_recv, endpoint, {.words = {1}});
  EXPECT_EQ(got.words[0], 2U);
  EXPECT_EQ(passive.thread->time, &time_of(other));
  EXPECT_EQ(client.thread->time, &time_of(client));
  world.trap(*passive.thread, Syscall::reply_recv, endpoint);
  EXPECT_EQ(other.thread->time, &time_of(other));
}

TEST_F(Passive, TimeIsLentOnThroughNestedCallsAndComesHome) {
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*passive.thread, Syscall::call, deep_endpoint);
  EXPECT_EQ(deeper.thread->time, &time_of(client));
  world.trap(*deeper.thread, Syscall::reply_recv, deep_endpoint);
  EXPECT_EQ(passive.thread->time, &time_of(client));
  world.trap(*passive.thread, Syscall::reply_recv, endpoint);
  EXPECT_EQ(client.thread->time, &time_of(client));
}

TEST_F(Passive, TimeComesHomeWhenTheCallerIsSuspendedHoweverDeepItIs) {
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*passive.thread, Syscall::call, deep_endpoint);
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(passive.thread->time, nullptr);
  EXPECT_EQ(deeper.thread->time, nullptr);
  EXPECT_EQ(passive.thread->state, ThreadState::replying) << "it waits for the deeper server still";
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::cancelled);
}

TEST_F(Passive, TimeGoesBackToTheMiddleWhenTheMiddleIsSuspended) {
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*passive.thread, Syscall::call, deep_endpoint);
  ASSERT_TRUE(world.invoke(passive.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(deeper.thread->time, nullptr);
  EXPECT_EQ(passive.thread->time, &time_of(client));
  EXPECT_EQ(client.thread->state, ThreadState::replying);
}

TEST_F(Passive, TimeComesHomeWhenTheServerIsDestroyed) {
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*passive.thread, Syscall::call, deep_endpoint);
  ASSERT_EQ(world.remove(passive.cap), Error::none);
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
  EXPECT_EQ(deeper.thread->time, nullptr);
  EXPECT_EQ(world.object<kernel::Reply>(deeper.reply).caller(), nullptr);
}

TEST_F(Passive, TimeThatIsDestroyedWhileItIsLentStopsItsUser) {
  world.trap(*client.thread, Syscall::call, endpoint);
  ASSERT_EQ(world.revoke(client.time), Error::none);
  EXPECT_EQ(passive.thread->time, nullptr);
  EXPECT_EQ(client.thread->time, nullptr);
  EXPECT_EQ(client.thread->state, ThreadState::replying);
}

TEST_F(Passive, TimeGoesHomeWhenTheServerReceivesAgainWithoutHavingAnswered) {
  const CapPtr second = world.make(ObjectType::reply);
  world.trap(*client.thread, Syscall::call, endpoint);
  world.trap(*passive.thread, Syscall::recv, endpoint, {}, second);
  EXPECT_EQ(passive.thread->state, ThreadState::receiving);
  EXPECT_EQ(passive.thread->time, nullptr);
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(client.thread->state, ThreadState::replying);
  world.trap(*other.thread, Syscall::call, endpoint);
  EXPECT_EQ(passive.thread->time, &time_of(other));
  EXPECT_FALSE(world.trap(*passive.thread, Syscall::send, passive.reply).is_error());
  EXPECT_EQ(client.thread->state, ThreadState::ready);
}

TEST_F(Passive, GivingABorrowerTimeOfItsOwnReturnsWhatItBorrowed) {
  world.trap(*client.thread, Syscall::call, endpoint);
  ASSERT_TRUE(world.invoke(passive.cap, abi::thread::Suspend{}).ok());
  const CapPtr own = world.make(ObjectType::sched_context);
  ASSERT_TRUE(world.invoke(passive.cap, abi::thread::Configure{.sched_context = own}).ok());
  EXPECT_EQ(passive.thread->time, &world.object<kernel::SchedContext>(own));
  EXPECT_EQ(client.thread->time, &time_of(client));
}

TEST_F(Passive, AFaultingThreadLendsItsTimeToAPassivePager) {
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Configure{.pager = endpoint}).ok());
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  world.schedule(*client.thread);
  world.fault(*client.thread, {.kind = abi::FaultKind::page});
  EXPECT_EQ(passive.thread->time, &time_of(client));
  world.trap(*passive.thread, Syscall::reply_recv, endpoint);
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(client.thread->state, ThreadState::ready);
}

}  // namespace
