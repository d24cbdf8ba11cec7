// SPDX-License-Identifier: MIT
// What arrives when two threads meet: whoever comes first, whatever the message is.
#include <gtest/gtest.h>
#include <numeric>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

constexpr u64 badge = 0xb0'0000'0007;

struct IpcMessage : testing::Test {
  World world;
  CapPtr endpoint = world.make(ObjectType::endpoint);
  CapPtr badged = world.mint(endpoint, abi::all_rights, badge);
  Actor server = world.make_actor();
  Actor client = world.make_actor();

  void receive(CapPtr reply) { world.trap(*server.thread, Syscall::recv, endpoint, {}, reply); }

  // Both orders of meeting; returns what the server got.
  Outcome meet(bool server_first, Syscall number, const Sent& sent) {
    if (server_first) receive(server.reply);
    world.trap(*client.thread, number, badged, sent);
    if (!server_first) receive(server.reply);
    return World::outcome(*server.thread);
  }
  void answer(const Sent& sent = {}) {
    EXPECT_FALSE(world.trap(*server.thread, Syscall::send, server.reply, sent).is_error());
  }
};

std::vector<u64> numbered(u64 count, u64 first) {
  std::vector<u64> words(count);
  std::iota(words.begin(), words.end(), first);
  return words;
}

TEST_F(IpcMessage, EveryKindArrivesInBothOrdersWithItsBadgeAndLabel) {
  for (const bool server_first : {true, false}) {
    for (const Syscall number : {Syscall::send, Syscall::call}) {
      const Outcome got = meet(server_first, number, {.words = {1, 2, 3}, .label = 0xffff'fff0});
      EXPECT_EQ(got.badge, badge);
      EXPECT_EQ(got.info.label(), 0xffff'fff0U);
      EXPECT_EQ(got.info.words(), 3U);
      EXPECT_EQ(got.info.kind(), number == Syscall::send ? Kind::send : Kind::call);
      EXPECT_EQ(got.words, (std::array<u64, 8>{1, 2, 3, 0, 0, 0, 0, 0}));
      if (number == Syscall::call) {
        EXPECT_EQ(client.thread->state, ThreadState::replying);
        answer({.words = {9}, .label = 4});
        const Outcome answered = World::outcome(*client.thread);
        EXPECT_EQ(answered.info.kind(), Kind::reply);
        EXPECT_EQ(answered.info.label(), 4U);
        EXPECT_EQ(answered.words[0], 9U);
        EXPECT_EQ(answered.badge, 0U);
      }
      EXPECT_EQ(client.thread->state, ThreadState::ready);
      EXPECT_FALSE(World::outcome(*client.thread).is_error());
    }
  }
}

TEST_F(IpcMessage, EveryLengthTravelsWholeInBothDirections) {
  for (u64 length = 0; length <= abi::max_message_words; ++length) {
    const Outcome got = meet(length % 2 == 0, Syscall::call, {.words = numbered(length, 100)});
    ASSERT_EQ(got.info.words(), length);
    for (u64 i = 0; i < length; ++i)
      ASSERT_EQ(i < 8 ? got.words[i] : server.thread->buffer()->words[i - 8], 100 + i) << length;
    answer({.words = numbered(length, 500)});
    const Outcome back = World::outcome(*client.thread);
    ASSERT_EQ(back.info.words(), length);
    for (u64 i = 0; i < length; ++i)
      ASSERT_EQ(i < 8 ? back.words[i] : client.thread->buffer()->words[i - 8], 500 + i) << length;
  }
}

TEST_F(IpcMessage, AFaultArrivesInBothOrdersAndItsReplyChangesNoRegister) {
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Suspend{}).ok());
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Configure{.pager = badged}).ok());
  ASSERT_TRUE(world.invoke(client.cap, abi::thread::Resume{}).ok());
  for (const bool server_first : {true, false}) {
    if (server_first) receive(server.reply);
    world.schedule(*client.thread);
    for (unsigned i = 0; i < 31; ++i) client.thread->context.x[i] = 1000 + i;
    client.thread->context.sp = 77;
    const kernel::machine::Context before = client.thread->context;
    world.fault(*client.thread, {.kind = abi::FaultKind::page,
                                 .access = abi::Access::write,
                                 .address = 0x1234,
                                 .present = true,
                                 .syndrome = 42});
    if (!server_first) receive(server.reply);
    const Outcome got = World::outcome(*server.thread);
    EXPECT_EQ(got.info.kind(), Kind::fault);
    EXPECT_EQ(got.info.label(), static_cast<abi::u32>(abi::FaultKind::page));
    EXPECT_EQ(got.badge, badge);
    EXPECT_EQ(got.words,
              (std::array<u64, 8>{0x1234, before.pc, 2, 1, 42, 77, before.flags, before.x[30]}));
    answer({.words = {5, 6, 7}});
    EXPECT_EQ(client.thread->state, ThreadState::ready);
    for (unsigned i = 0; i < 31; ++i) EXPECT_EQ(client.thread->context.x[i], 1000 + i);
    EXPECT_EQ(client.thread->context.pc, before.pc);
  }
}

TEST_F(IpcMessage, DeadRegistersAndFlagsAreClearedAndTheOthersKept) {
  receive(server.reply);
  for (unsigned i = 19; i < 31; ++i) server.thread->context.x[i] = 19'000 + i;
  server.thread->context.sp = 3;
  server.thread->context.tls = 4;
  server.thread->context.flags = 0xf000'0000;
  world.trap(*client.thread, Syscall::send, endpoint, {.words = {1}});
  for (const Thread* thread : {server.thread, client.thread}) {
    for (const unsigned dead : {8U, 9U, 12U, 13U, 14U, 15U, 16U, 17U, 18U})
      EXPECT_EQ(thread->context.x[dead], 0U) << dead;
    EXPECT_EQ(thread->context.flags, 0U);
  }
  for (unsigned i = 19; i < 31; ++i) EXPECT_EQ(server.thread->context.x[i], 19'000 + i);
  EXPECT_EQ(server.thread->context.sp, 3U);
  EXPECT_EQ(server.thread->context.tls, 4U);
}

TEST_F(IpcMessage, SendersAreReceivedInTheOrderInWhichTheyCame) {
  Actor second = world.make_actor({.priority = 120});
  Actor third = world.make_actor({.priority = 80});
  u64 number = 0;
  for (const Actor& actor : {client, second, third})
    world.trap(*actor.thread, Syscall::send, endpoint, {.words = {number++}});
  for (u64 i = 0; i < 3; ++i) {
    receive(server.reply);
    EXPECT_EQ(World::outcome(*server.thread).words[0], i);
  }
}

// Capabilities: four of them, each with its own fate.
struct IpcCapabilities : IpcMessage {
  void set_receive(std::array<CapPtr, 4> slots) {
    for (u64 i = 0; i < 4; ++i)
      server.thread->buffer()->receive[i] = static_cast<abi::u32>(slots[i].value());
  }
};

TEST_F(IpcCapabilities, ArriveAsCopiesWithTheirRightsInTheSlotsThatTheReceiverNamed) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const CapPtr weak = world.copy(frame, abi::frame_right::read);
  for (const bool server_first : {true, false}) {
    const std::array slots{world.fresh(), world.fresh(), world.fresh(), world.fresh()};
    set_receive(slots);
    const Outcome got = meet(server_first, Syscall::send, {.caps = {weak, frame, weak, frame}});
    EXPECT_EQ(got.info.caps(), 0xfU);
    EXPECT_EQ(got.info.unwrapped(), 0U);
    EXPECT_EQ(world.slot(slots[0]).cap, world.slot(weak).cap);
    EXPECT_EQ(world.slot(slots[3]).cap, world.slot(frame).cap);
    EXPECT_FALSE(world.slot(frame).has_children()) << "a copy is no child";
  }
}

TEST_F(IpcCapabilities, ThatCannotArriveAreLostAndTheMessageIsNot) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const CapPtr last = world.fresh();
  set_receive({CapPtr{}, frame, abi::cap_at(900, 1), last});
  Outcome got = meet(true, Syscall::send, {.words = {7}, .caps = {frame, frame, frame, frame}});
  EXPECT_EQ(got.info.caps(), 0b1000U);
  EXPECT_EQ(got.words[0], 7U);
  set_receive({world.fresh(), world.fresh(), world.fresh(), world.fresh()});
  const CapPtr table = world.make(ObjectType::page_table);
  got = meet(false, Syscall::send, {.caps = {CapPtr{}, world.memory(), table, world.fresh()}});
  EXPECT_EQ(got.info.caps(), 0U) << "nothing, an Untyped, a PageTable, an empty slot";
}

TEST_F(IpcCapabilities, OfTheEndpointItselfAreUnwrappedIntoTheirBadges) {
  const CapPtr other_badge = world.mint(endpoint, abi::endpoint_right::send, 99);
  set_receive({world.fresh(), world.fresh(), {}, {}});
  const Outcome got = meet(true, Syscall::send, {.caps = {other_badge, endpoint, badged}});
  EXPECT_EQ(got.info.caps(), 0U);
  EXPECT_EQ(got.info.unwrapped(), 0b111U);
  EXPECT_EQ(server.thread->buffer()->badges[0], 99U);
  EXPECT_EQ(server.thread->buffer()->badges[1], 0U);
  EXPECT_EQ(server.thread->buffer()->badges[2], badge);
}

TEST_F(IpcCapabilities, TravelOnlyWithTheRightGrantAndWithRepliesAlways) {
  const CapPtr weak = world.copy(endpoint, abi::endpoint_right::send);
  const CapPtr frame = world.make(ObjectType::frame, 12);
  set_receive({world.fresh(), {}, {}, {}});
  receive(server.reply);
  world.trap(*client.thread, Syscall::call, weak, {.caps = {frame}});
  EXPECT_EQ(World::outcome(*server.thread).info.caps(), 0U);
  const CapPtr target = world.fresh();
  client.thread->buffer()->receive[0] = static_cast<abi::u32>(target.value());
  answer({.caps = {frame, endpoint}});
  EXPECT_EQ(World::outcome(*client.thread).info.caps(), 1U);
  EXPECT_EQ(World::outcome(*client.thread).info.unwrapped(), 0U) << "no endpoint, no unwrapping";
  EXPECT_FALSE(world.slot(target).is_empty());
}

TEST_F(IpcCapabilities, AMappedFrameArrivesUnmapped) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const u64 address = 0x11000;
  ASSERT_TRUE(
      world.invoke(frame, abi::frame::Map{root_slot::vspace, address, 0, 0x1000, {3}}).ok());
  const CapPtr target = world.fresh();
  set_receive({target, {}, {}, {}});
  EXPECT_EQ(meet(true, Syscall::send, {.caps = {frame}}).info.caps(), 1U);
  EXPECT_EQ(world.invoke(target, abi::frame::Info{})->is_mapped, 0U);
  EXPECT_EQ(world.invoke(frame, abi::frame::Info{})->is_mapped, 1U);
}

TEST_F(IpcCapabilities, TwoIntoTheSameSlotArriveOnce) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const CapPtr target = world.fresh();
  set_receive({target, target, target, target});
  EXPECT_EQ(meet(true, Syscall::send, {.caps = {frame, frame, frame, frame}}).info.caps(), 1U);
}

}  // namespace
