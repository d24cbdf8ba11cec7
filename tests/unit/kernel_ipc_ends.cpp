// SPDX-License-Identifier: MIT
// Waits that end without their message: the thread is suspended or destroyed, or what it waits on
// goes, in every state that a thread can be in.
#include <functional>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct IpcEnds : testing::Test {
  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  CapPtr notification = world.make(ObjectType::notification);
  Actor server = world.make_actor();
  Actor client = world.make_actor();

  void send_and_wait() { world.trap(*client.thread, Syscall::send, endpoint); }
  void call_and_wait() { world.trap(*client.thread, Syscall::call, endpoint); }
  void receive() { world.trap(*client.thread, Syscall::recv, endpoint, {}, client.reply); }
  void hang() {
    world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
    call_and_wait();
  }
  void wait() { world.trap(*client.thread, Syscall::wait, notification); }

  struct Situation {
    ThreadState state;
    std::function<void()> enter;
  };
  std::vector<Situation> situations() {
    return {{ThreadState::sending, [&] { send_and_wait(); }},
            {ThreadState::sending, [&] { call_and_wait(); }},
            {ThreadState::receiving, [&] { receive(); }},
            {ThreadState::replying, [&] { hang(); }},
            {ThreadState::waiting, [&] { wait(); }}};
  }
  void set_fault_endpoints(CapPtr pager, CapPtr handler) {
    ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
    ASSERT_TRUE(
        world.invoke(client.cap, abi::thread::Configure{.pager = pager, .handler = handler}).ok());
    ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  }
  void page_fault() { world.fault(*client.thread, {.kind = abi::FaultKind::page, .address = 1}); }
};

TEST_F(IpcEnds, SuspendingCancelsEveryWait) {
  for (const Situation& situation : situations()) {
    situation.enter();
    ASSERT_EQ(client.thread->state, situation.state);
    ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
    EXPECT_EQ(client.thread->state, ThreadState::suspended);
    EXPECT_EQ(World::outcome(*client.thread).error(), Error::cancelled);
    EXPECT_EQ(world.object<kernel::Reply>(server.reply).caller(), nullptr);
    ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok()) << "again does nothing";
    ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
    EXPECT_EQ(client.thread->state, ThreadState::ready);
    EXPECT_EQ(client.thread->context.pc, World::svc_address + 4) << "behind the system call";
  }
}

TEST_F(IpcEnds, AThreadMayBeDestroyedInEveryState) {
  for (const Situation& situation : situations()) {
    client = world.make_actor();
    situation.enter();
    ASSERT_EQ(client.thread->state, situation.state);
    EXPECT_EQ(world.remove(client.cap), Error::none);
    EXPECT_EQ(world.object<kernel::Reply>(server.reply).caller(), nullptr);
    EXPECT_EQ(world.remove(client.reply), Error::none);
    world.trap(*server.thread, Syscall::try_recv, endpoint);
  }
}

TEST_F(IpcEnds, AThreadMayDestroyItself) {
  world.trap(*client.thread, Syscall::send, endpoint);
  Actor lonely = world.make_actor();
  const SlotName own = world.place(lonely.cap);
  const CapPtr slot = lonely.cap;
  world.begin(*lonely.thread, static_cast<u32>(Syscall::call), world.leaf_of(slot),
              {.words = {own.index()}, .label = abi::cnode::Delete::op});
  EXPECT_TRUE(world.slot(slot).is_empty());
  EXPECT_NE(kernel::core.scheduler.current(), lonely.thread);
}

TEST_F(IpcEnds, AnEndpointThatGoesWakesSendersCallersAndReceivers) {
  for (int i = 0; i < 3; ++i) {
    if (i == 0) send_and_wait();
    if (i == 1) call_and_wait();
    if (i == 2) receive();
    EXPECT_EQ(world.remove(endpoint), Error::none);
    EXPECT_EQ(client.thread->state, ThreadState::ready);
    EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
    endpoint = world.make(ObjectType::endpoint);
  }
}

TEST_F(IpcEnds, AnEndpointWithManyWaitersEndsInStepsAndWakesAll) {
  std::vector<Actor> senders;
  for (int i = 0; i < 50; ++i) {
    senders.push_back(world.make_actor({.has_buffer = false, .has_reply = false}));
    world.trap(*senders.back().thread, Syscall::send, endpoint);
  }
  machine.interrupts = Interrupts::always;
  EXPECT_EQ(world.remove(endpoint), Error::none);
  EXPECT_GE(machine.polls, 3U);
  for (const Actor& sender : senders)
    EXPECT_EQ(World::outcome(*sender.thread).error(), Error::gone);
}

TEST_F(IpcEnds, AnEndpointLivesAsLongAsACapabilityToItDoes) {
  send_and_wait();
  const CapPtr badged = world.mint(endpoint, abi::all_rights, 5);
  EXPECT_EQ(world.remove(endpoint), Error::none);
  EXPECT_EQ(client.thread->state, ThreadState::sending);
  EXPECT_EQ(world.remove(badged), Error::none);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
}

TEST_F(IpcEnds, AReplyThatGoesWakesItsCallerAndUnbindsItsReceiver) {
  hang();
  EXPECT_EQ(world.remove(server.reply), Error::none);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
  EXPECT_EQ(server.thread->bound_reply, nullptr);
  EXPECT_FALSE(world.trap(*server.thread, Syscall::try_recv, endpoint).error() == Error::busy);
}

TEST_F(IpcEnds, AServerThatGoesWakesWhoHangsOnItsReplyButTheReplyLives) {
  hang();
  EXPECT_EQ(world.remove(server.cap), Error::none);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
  EXPECT_EQ(world.object<kernel::Reply>(server.reply).receiver(), nullptr);
}

TEST_F(IpcEnds, ANotificationThatGoesWakesWaitersAndIsUnbound) {
  wait();
  EXPECT_EQ(world.remove(notification), Error::none);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::gone);
  const CapPtr bound = world.make(ObjectType::notification);
  ASSERT_TRUE(world.invoke(server.cap, abi::thread::BindNotification{bound}).ok());
  EXPECT_EQ(world.remove(bound), Error::none);
  EXPECT_EQ(server.thread->notification, nullptr);
}

TEST_F(IpcEnds, AFaultWhosePagerGoesIsOfferedToTheHandler) {
  const CapPtr pager = world.make(ObjectType::endpoint);
  set_fault_endpoints(pager, endpoint);
  page_fault();
  EXPECT_EQ(client.thread->queued_on, &world.object<kernel::Endpoint>(pager));
  EXPECT_EQ(world.revoke(pager), Error::none) << "takes the kept capability, not the endpoint";
  EXPECT_EQ(client.thread->state, ThreadState::sending);
  EXPECT_EQ(world.remove(pager), Error::none);
  EXPECT_EQ(client.thread->queued_on, &world.object<kernel::Endpoint>(endpoint));
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_EQ(World::outcome(*server.thread).info.kind(), Kind::fault);
  EXPECT_EQ(world.remove(server.reply), Error::none);
  EXPECT_EQ(client.thread->state, ThreadState::faulted) << "nobody else handles it";
}

TEST_F(IpcEnds, APagerMayPassOnStopOrResume) {
  const CapPtr pager = world.make(ObjectType::endpoint);
  set_fault_endpoints(pager, endpoint);
  const auto reply = [&](abi::u32 decision) {
    world.trap(*server.thread, Syscall::send, server.reply, {.label = decision});
  };
  page_fault();
  world.trap(*server.thread, Syscall::recv, pager, {}, server.reply);
  reply(static_cast<abi::u32>(abi::FaultReply::pass_on));
  EXPECT_EQ(client.thread->queued_on, &world.object<kernel::Endpoint>(endpoint));
  world.trap(*server.thread, Syscall::recv, endpoint);
  reply(static_cast<abi::u32>(abi::FaultReply::pass_on));
  world.trap(*server.thread, Syscall::recv, pager);
  EXPECT_EQ(World::outcome(*server.thread).info.label(),
            static_cast<abi::u32>(abi::FaultKind::page) | abi::fault_was_refused)
      << "the pager hears of it once more";
  reply(static_cast<abi::u32>(abi::FaultReply::pass_on));
  EXPECT_EQ(client.thread->state, ThreadState::faulted) << "and has nobody to pass it to";
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  page_fault();
  world.trap(*server.thread, Syscall::recv, pager);
  reply(77);
  EXPECT_EQ(client.thread->state, ThreadState::suspended) << "no such decision";
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  page_fault();
  world.trap(*server.thread, Syscall::recv, pager);
  reply(static_cast<abi::u32>(abi::FaultReply::resume));
  EXPECT_EQ(client.thread->state, ThreadState::ready);
}

TEST_F(IpcEnds, AFaultThatIsCancelledChangesNoRegister) {
  set_fault_endpoints(endpoint, {});
  const u64 pc = client.thread->context.pc;
  client.thread->context.x[11] = 12345;
  page_fault();
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(client.thread->context.x[11], 12345U);
  EXPECT_EQ(client.thread->context.pc, pc);
}

TEST_F(IpcEnds, OtherFaultsGoToTheHandlerOnly) {
  const CapPtr handler = world.make(ObjectType::endpoint);
  set_fault_endpoints(endpoint, handler);
  world.fault(*client.thread, {.kind = abi::FaultKind::instruction});
  EXPECT_EQ(client.thread->queued_on, &world.object<kernel::Endpoint>(handler));
}

TEST_F(IpcEnds, AFaultWhoseHandlerGoesReturnsToThePager) {
  const CapPtr handler = world.make(ObjectType::endpoint);
  set_fault_endpoints(endpoint, handler);
  world.fault(*client.thread, {.kind = abi::FaultKind::instruction});
  EXPECT_EQ(world.revoke(handler), Error::none);
  EXPECT_EQ(world.remove(handler), Error::none);
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  EXPECT_EQ(World::outcome(*server.thread).info.label(),
            static_cast<abi::u32>(abi::FaultKind::instruction) | abi::fault_was_refused);
  EXPECT_EQ(world.remove(server.reply), Error::none);
  EXPECT_EQ(client.thread->state, ThreadState::faulted) << "once is enough";
}

TEST_F(IpcEnds, TheSameEndpointAsPagerAndHandlerOfAReceiverWithoutReplyFaultsTheThread) {
  set_fault_endpoints(endpoint, endpoint);
  page_fault();
  Actor poor = world.make_actor({.has_reply = false});
  EXPECT_EQ(world.trap(*poor.thread, Syscall::try_recv, endpoint).error(), Error::would_block);
  EXPECT_EQ(client.thread->state, ThreadState::faulted);
}

TEST_F(IpcEnds, LosingTheAddressSpaceStopsAReadyThreadAndASuspendedCSpaceFindsNothing) {
  const CapPtr space = world.make(ObjectType::vspace);
  Actor actor = world.make_actor({.vspace = space});
  EXPECT_EQ(actor.thread->state, ThreadState::ready);
  EXPECT_EQ(world.revoke(space), Error::none);
  EXPECT_EQ(actor.thread->state, ThreadState::suspended);
  EXPECT_EQ(world.invoke(actor.cap, abi::thread::Resume{}).error(), Error::bad_argument);
}

TEST_F(IpcEnds, LosingTheBufferWhileQueuedRefusesTheLongMessage) {
  world.trap(*client.thread, Syscall::send, endpoint, {.words = std::vector<u64>(20)});
  EXPECT_EQ(world.revoke(client.buffer), Error::none);
  EXPECT_EQ(client.thread->state, ThreadState::sending);
  EXPECT_EQ(world.trap(*server.thread, Syscall::try_recv, endpoint).error(), Error::would_block);
  EXPECT_EQ(World::outcome(*client.thread).error(), Error::bad_argument);
}

TEST_F(IpcEnds, AFaultOfTheFirstProcessThatItsHandlerPassesOnEndsTheMachine) {
  const CapPtr first = abi::root_slot::thread;
  Thread& root = world.root();
  ASSERT_TRUE(world.invoke(*server.thread, first, abi::thread::Suspend{}).ok());
  ASSERT_TRUE(
      world.invoke(*server.thread, first, abi::thread::Configure{.handler = endpoint}).ok());
  ASSERT_TRUE(world.invoke(*server.thread, first, abi::thread::Resume{}).ok());
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  world.fault(root, {.kind = abi::FaultKind::instruction});
  ASSERT_EQ(root.state, ThreadState::replying);
  EXPECT_EQ(machine.serial.find("the first process stops"), std::string::npos);
  world.trap(*server.thread, Syscall::reply_recv, endpoint,
             {.label = static_cast<abi::u32>(abi::FaultReply::pass_on)});
  EXPECT_NE(machine.serial.find("the first process stops"), std::string::npos);
}

}  // namespace
