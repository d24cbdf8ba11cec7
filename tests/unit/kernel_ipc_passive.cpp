// SPDX-License-Identifier: MIT
// Passive servers: they run on what callers lend, and nothing makes them run without time.
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
using abi::thread::ReleaseTime;
using kernel::SchedContext;

struct PassiveServer : testing::Test {
  explicit PassiveServer(WorldOptions options = {}) : world(options) {}

  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  Actor client = world.make_actor();
  Actor other = world.make_actor();

  // Receives at `at`, and has given its time away.
  Actor make_passive(CapPtr at) {
    const Actor actor = world.make_actor({.priority = 120});
    world.trap(*actor.thread, Syscall::recv, at, {}, actor.reply);
    EXPECT_TRUE(world.invoke(actor.cap, ReleaseTime{}).ok());
    EXPECT_EQ(actor.thread->time, nullptr);
    EXPECT_EQ(actor.thread->state, ThreadState::receiving);
    return actor;
  }
  SchedContext& time_of(const Actor& actor) { return world.object<SchedContext>(actor.time); }
  Outcome trap(const Actor& actor, Syscall number, CapPtr target, const Sent& sent = {},
               CapPtr reply = {}) {
    return world.trap(*actor.thread, number, target, sent, reply);
  }
  static Error error_of(const Actor& actor) { return World::outcome(*actor.thread).error(); }
};

TEST_F(PassiveServer, TimeIsReleasedByWhoeverReceivesOrHasStopped) {
  const Actor actor = world.make_actor();
  EXPECT_EQ(world.invoke(actor.cap, ReleaseTime{}).error(), Error::busy);
  trap(actor, Syscall::wait, world.make(ObjectType::notification));
  EXPECT_EQ(world.invoke(actor.cap, ReleaseTime{}).error(), Error::busy);
  EXPECT_EQ(
      world
          .invoke(world.copy(actor.cap, {0xff & ~abi::thread_right::configure.bits}), ReleaseTime{})
          .error(),
      Error::denied);
  ASSERT_TRUE(world.invoke(actor.cap, abi::thread::Suspend{}).ok());
  EXPECT_TRUE(world.invoke(actor.cap, ReleaseTime{}).ok());
  EXPECT_EQ(actor.thread->time, nullptr);
  EXPECT_EQ(time_of(actor).home, nullptr);
  EXPECT_TRUE(world.invoke(actor.cap, ReleaseTime{}).ok()) << "it has none to release";
  // The SchedContext is free for another thread.
  const Actor next = world.make_actor({.has_time = false});
  ASSERT_TRUE(world.invoke(next.cap, abi::thread::Suspend{}).ok());
  EXPECT_TRUE(world.invoke(next.cap, abi::thread::Configure{.sched_context = actor.time}).ok());
}

TEST_F(PassiveServer, TimeThatIsLentOnIsReleasedToo) {
  make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  EXPECT_EQ(world.invoke(client.cap, ReleaseTime{}).error(), Error::busy)
      << "it waits for an answer";
}

TEST_F(PassiveServer, ASendIsRefusedAtOnce) {
  const Actor server = make_passive(endpoint);
  EXPECT_EQ(trap(client, Syscall::send, endpoint, {.words = {1}}).error(), Error::not_supported);
  EXPECT_EQ(trap(client, Syscall::try_send, endpoint).error(), Error::not_supported);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
  trap(client, Syscall::call, endpoint, {.words = {2}});
  EXPECT_EQ(World::outcome(*server.thread).words[0], 2U);
  EXPECT_EQ(server.thread->time, &time_of(client));
}

TEST_F(PassiveServer, SendersThatWaitedAreRefusedAndTheFirstCallerIsTaken) {
  const Actor server = make_passive(endpoint);
  const Actor third = world.make_actor();
  trap(client, Syscall::call, endpoint);
  trap(other, Syscall::send, endpoint, {.words = {5}});
  trap(third, Syscall::call, endpoint, {.words = {6}});
  const Outcome got = trap(server, Syscall::reply_recv, endpoint, {.words = {1}});
  EXPECT_EQ(error_of(other), Error::not_supported);
  EXPECT_EQ(got.words[0], 6U);
  EXPECT_EQ(World::outcome(*client.thread).words[0], 1U);
  EXPECT_EQ(server.thread->time, &time_of(third));
}

TEST_F(PassiveServer, ACallerThatHasLostItsTimeIsRefused) {
  const Actor server = make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  trap(other, Syscall::call, endpoint);
  ASSERT_EQ(world.revoke(other.time), Error::none);
  trap(server, Syscall::reply_recv, endpoint);
  EXPECT_EQ(error_of(other), Error::not_supported);
  EXPECT_EQ(other.thread->state, ThreadState::ready);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
}

TEST_F(PassiveServer, AServerWithTimeOfItsOwnTakesThemAll) {
  const Actor server = world.make_actor();
  trap(client, Syscall::call, endpoint, {.words = {1}});
  trap(other, Syscall::send, endpoint, {.words = {2}});
  ASSERT_EQ(world.revoke(client.time), Error::none);
  EXPECT_EQ(trap(server, Syscall::recv, endpoint, {}, server.reply).words[0], 1U);
  EXPECT_EQ(trap(server, Syscall::reply_recv, endpoint).words[0], 2U);
}

TEST_F(PassiveServer, BitsWaitUntilItReceivesWithTime) {
  const Actor server = make_passive(endpoint);
  const CapPtr notification = world.make(ObjectType::notification);
  ASSERT_TRUE(world.invoke(server.cap, abi::thread::BindNotification{notification}).ok());
  const CapPtr bit = world.mint(notification, abi::all_rights, 8);
  trap(other, Syscall::signal, bit);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
  EXPECT_EQ(world.object<kernel::Notification>(notification).bits, 8U);
  // Calls are served meanwhile, and after an answer there is no time for bits either.
  trap(client, Syscall::call, endpoint, {.words = {1}});
  EXPECT_EQ(World::outcome(*server.thread).info.kind(), Kind::call);
  trap(server, Syscall::reply_recv, endpoint, {.words = {2}});
  EXPECT_EQ(World::outcome(*client.thread).words[0], 2U);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
  // With its caller's time it may take them, and goes on with that.
  trap(client, Syscall::call, endpoint);
  const Outcome got = trap(server, Syscall::recv, endpoint, {}, world.make(ObjectType::reply));
  EXPECT_EQ(got.info.kind(), Kind::notification);
  EXPECT_EQ(got.badge, 8U);
  EXPECT_EQ(server.thread->time, &time_of(client));
}

TEST_F(PassiveServer, AnAnswerThatWouldStopItIsRefused) {
  const Actor server = make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  EXPECT_EQ(trap(server, Syscall::send, server.reply, {.words = {1}}).error(),
            Error::not_supported);
  EXPECT_EQ(trap(server, Syscall::try_send, server.reply).error(), Error::not_supported);
  trap(other, Syscall::call, endpoint, {.words = {3}});
  EXPECT_EQ(trap(server, Syscall::try_reply_recv, endpoint).error(), Error::not_supported);
  EXPECT_EQ(client.thread->state, ThreadState::replying);
  EXPECT_EQ(other.thread->state, ThreadState::sending);
  EXPECT_EQ(server.thread->time, &time_of(client));
  EXPECT_EQ(trap(server, Syscall::reply_recv, endpoint).words[0], 3U);
  EXPECT_EQ(client.thread->state, ThreadState::ready);
}

TEST_F(PassiveServer, TryRecvGoesOnWithTheTimeThatItHas) {
  const Actor server = make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  const CapPtr second = world.make(ObjectType::reply);
  EXPECT_EQ(trap(server, Syscall::try_recv, endpoint, {}, second).error(), Error::would_block);
  EXPECT_EQ(server.thread->time, &time_of(client));
  // The Reply that is bound now owes nothing, and there is nobody to receive.
  EXPECT_EQ(trap(server, Syscall::try_reply_recv, endpoint).error(), Error::would_block);
  EXPECT_EQ(server.thread->time, &time_of(client));
}

TEST_F(PassiveServer, ADeeperServerCannotAnswerTheCallersReply) {
  const CapPtr deep = world.make(ObjectType::endpoint);
  const Actor server = make_passive(endpoint);
  const Actor deeper = make_passive(deep);
  trap(client, Syscall::call, endpoint);
  trap(server, Syscall::call, deep);
  EXPECT_EQ(trap(deeper, Syscall::send, server.reply).error(), Error::not_supported);
  EXPECT_EQ(deeper.thread->time, &time_of(client));
  trap(deeper, Syscall::reply_recv, deep);
  EXPECT_EQ(server.thread->time, &time_of(client));
}

TEST_F(PassiveServer, AThreadWithTimeOfItsOwnMayAnswerForIt) {
  const Actor server = make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  EXPECT_FALSE(trap(other, Syscall::send, server.reply, {.words = {4}}).is_error());
  EXPECT_EQ(World::outcome(*client.thread).words[0], 4U);
  EXPECT_EQ(client.thread->time, &time_of(client));
}

TEST_F(PassiveServer, UnsuitableSendersAreRefusedInStepsBeforeTheAnswer) {
  const Actor server = make_passive(endpoint);
  trap(client, Syscall::call, endpoint);
  std::vector<Actor> senders;
  for (int i = 0; i < 40; ++i) {
    senders.push_back(world.make_actor({.has_buffer = false, .has_reply = false}));
    trap(senders.back(), Syscall::send, endpoint);
  }
  world.begin(*server.thread, static_cast<u32>(Syscall::reply_recv), endpoint, {.words = {9}});
  int steps = 0;
  for (; world.is_repeating(*server.thread) && steps < 10; ++steps) {
    EXPECT_EQ(client.thread->state, ThreadState::replying) << "not answered yet";
    EXPECT_EQ(server.thread->time, &time_of(client)) << "so there is time to repeat it";
    world.repeat(*server.thread);
  }
  EXPECT_GE(steps, 2);
  for (const Actor& sender : senders) EXPECT_EQ(error_of(sender), Error::not_supported);
  EXPECT_EQ(World::outcome(*client.thread).words[0], 9U);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
}

TEST_F(PassiveServer, AnAnswerThatCannotTravelRefusesNobody) {
  const Actor server = make_passive(endpoint);
  const Actor poor = world.make_actor({.has_buffer = false});
  trap(poor, Syscall::call, endpoint);
  trap(other, Syscall::send, endpoint);
  EXPECT_EQ(trap(server, Syscall::reply_recv, endpoint, {.words = std::vector<u64>(9)}).error(),
            Error::too_big);
  EXPECT_EQ(other.thread->state, ThreadState::sending);
}

TEST_F(PassiveServer, AFaultThatItPassesOnToItselfComesBackWithTime) {
  const Actor server = make_passive(endpoint);
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  ASSERT_TRUE(
      world.invoke(client.cap, abi::thread::Configure{.pager = endpoint, .handler = endpoint})
          .ok());
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  world.schedule(*client.thread);
  world.fault(*client.thread, {.kind = abi::FaultKind::page});
  const Outcome got = trap(server, Syscall::reply_recv, endpoint,
                           {.label = static_cast<u32>(abi::FaultReply::pass_on)});
  EXPECT_EQ(got.info.kind(), Kind::fault);
  EXPECT_EQ(server.thread->time, &time_of(client));
  // As the handler, and as the pager that hears of it once more.
  for (int i = 0; i < 2; ++i)
    trap(server, Syscall::reply_recv, endpoint,
         {.label = static_cast<u32>(abi::FaultReply::pass_on)});
  EXPECT_EQ(client.thread->state, ThreadState::faulted);
  EXPECT_EQ(server.thread->state, ThreadState::receiving);
}

// How deep time is lent, on both ways through the kernel.
struct LoanDepth : PassiveServer, testing::WithParamInterface<bool> {
  LoanDepth() : PassiveServer({.fast_path = GetParam()}) {}
};

TEST_P(LoanDepth, HasALimit) {
  constexpr u64 most = SchedContext::max_loans;
  std::vector<CapPtr> endpoints;
  std::vector<Actor> servers;
  for (u64 i = 0; i <= most; ++i) {
    endpoints.push_back(world.make(ObjectType::endpoint));
    servers.push_back(make_passive(endpoints.back()));
  }
  trap(client, Syscall::call, endpoints[0]);
  for (u64 i = 1; i < most; ++i) trap(servers[i - 1], Syscall::call, endpoints[i]);
  const Actor& last = servers[most - 1];
  EXPECT_EQ(last.thread->time, &time_of(client));
  EXPECT_EQ(trap(last, Syscall::call, endpoints[most]).error(), Error::not_supported);
  EXPECT_EQ(last.thread->time, &time_of(client));
  EXPECT_EQ(servers[most].thread->state, ThreadState::receiving);
  // One with time of its own can be called at any depth.
  const Actor active = world.make_actor();
  trap(active, Syscall::recv, endpoint, {}, active.reply);
  trap(last, Syscall::call, endpoint);
  EXPECT_EQ(last.thread->state, ThreadState::replying);
  trap(active, Syscall::reply_recv, endpoint);
  for (u64 i = most; i-- != 0;) trap(servers[i], Syscall::reply_recv, endpoints[i]);
  EXPECT_EQ(client.thread->time, &time_of(client));
  EXPECT_EQ(client.thread->state, ThreadState::ready);
  // And again, home at once when the caller is stopped.
  trap(client, Syscall::call, endpoints[0]);
  for (u64 i = 1; i < most; ++i) trap(servers[i - 1], Syscall::call, endpoints[i]);
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(client.thread->time, &time_of(client));
}

INSTANTIATE_TEST_SUITE_P(BothWays, LoanDepth, testing::Bool());

}  // namespace
