// SPDX-License-Identifier: MIT
// System calls that are repeated: what was done before an interruption counts, and what has changed
// meanwhile too.
#include <abi/layout.hpp>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

constexpr u64 page = base::page_size;

struct Restart : testing::Test {
  World world;
  Actor actor = world.make_actor();

  template <abi::Request R>
  void begin(CapPtr target, const R& request) {
    machine.interrupts = Interrupts::always;
    const auto words = abi::to_words(request);
    world.begin(*actor.thread, static_cast<u32>(Syscall::call), target,
                {.words = {words.begin(), words.begin() + abi::words_of<R>}, .label = R::op});
  }
  void finish() {
    for (int i = 0; world.is_repeating(*actor.thread) && i < 2'000; ++i)
      world.repeat(*actor.thread);
    machine.interrupts = Interrupts::never;
  }
  Error error() { return World::outcome(*actor.thread).error(); }
};

// A Frame that is mapped page by page into an address space, table by table.
struct InterruptedMap : Restart {
  CapPtr space = world.make(ObjectType::vspace);
  CapPtr frame = world.make_from(world.other_memory(), ObjectType::frame, 23);
  CapPtr named = world.copy(space);
  static constexpr u64 length = 0x60'0000;

  void add_tables() {
    for (u64 at = 0; at < 0x80'0000; at += 0x20'0000)
      for (int i = 0; i < 2; ++i)
        static_cast<void>(
            world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{space, at}));
  }
  bool is_mapped(u64 at) { return world.invoke(space, abi::vspace::Walk{at}).ok(); }
  void SetUp() override {
    add_tables();
    begin(frame, abi::frame::Map{named, page, 0, length, {3}});
    world.repeat(*actor.thread);
    ASSERT_TRUE(world.is_repeating(*actor.thread));
    ASSERT_TRUE(is_mapped(page));
    ASSERT_FALSE(is_mapped(length));
  }
};

TEST_F(InterruptedMap, TakesBackWhatItHasMappedIfItsAddressSpaceCannotBeNamedAnyMore) {
  ASSERT_EQ(world.remove(named), Error::none);
  finish();
  EXPECT_EQ(error(), Error::invalid_capability);
  for (u64 at = 0; at < 0x80'0000; at += page) ASSERT_FALSE(is_mapped(at)) << at;
  EXPECT_EQ(world.slot(frame).data, 0U) << "it is free for another address space";
}

TEST_F(InterruptedMap, BeginsAnewInAnAddressSpaceThatWasCleared) {
  ASSERT_TRUE(world.invoke(space, abi::vspace::Clear{}).ok());
  finish();
  EXPECT_EQ(error(), Error::needs_table);
  EXPECT_EQ(World::outcome(*actor.thread).words[0], page);
}

TEST_F(InterruptedMap, BeginsAnewIfAllWasUnmappedMeanwhile) {
  ASSERT_TRUE(world.invoke(frame, abi::frame::Unmap{0, abi::layout::user_end}).ok());
  finish();
  EXPECT_EQ(error(), Error::none);
  for (u64 at = page; at < page + length; at += page) ASSERT_TRUE(is_mapped(at)) << at;
}

TEST_F(InterruptedMap, LeavesAnotherAddressSpaceAlone) {
  // Everything it did is undone, and the Frame is mapped elsewhere at the same addresses.
  ASSERT_TRUE(world.invoke(frame, abi::frame::Unmap{0, abi::layout::user_end}).ok());
  const CapPtr elsewhere = world.make(ObjectType::vspace);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(
        world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{elsewhere, 0}).ok());
  ASSERT_TRUE(world.invoke(frame, abi::frame::Map{elsewhere, page, 0, page, {3}}).ok());
  finish();
  EXPECT_EQ(error(), Error::busy);
  EXPECT_TRUE(world.invoke(elsewhere, abi::vspace::Walk{page}).ok());
}

// The program was changed after the interruption, so that its next call is another one.
struct ChangedCall : InterruptedMap {
  template <abi::Request R>
  auto call_instead(CapPtr target, const R& request) {
    machine.interrupts = Interrupts::never;
    return world.invoke(*actor.thread, target, request);
  }
  CapPtr other = world.copy(frame);
};

TEST_F(ChangedCall, OfAnotherMethodIsDoneWhole) {
  const CapPtr target = world.make(ObjectType::thread);
  ASSERT_TRUE(call_instead(target, abi::thread::Configure{.cspace = root_slot::cspace}).ok());
  EXPECT_FALSE(world.object<Thread>(target).kept(kernel::Kept::cspace).is_empty());
}

TEST_F(ChangedCall, WithAnotherAddressMapsAllThere) {
  ASSERT_TRUE(call_instead(frame, abi::frame::Unmap{0, abi::layout::user_end}).ok());
  ASSERT_TRUE(call_instead(frame, abi::frame::Map{space, 0, 0, length, {3}}).ok());
  for (u64 at = 0; at < length; at += page) ASSERT_TRUE(is_mapped(at)) << at;
}

TEST_F(ChangedCall, WithABadAddressTouchesNothing) {
  for (const u64 bad : {u64{1}, ~u64{0} - page + 1, u64{1} << 48}) {
    begin(frame, abi::frame::Map{named, page, 0, length, {3}});
    EXPECT_FALSE(call_instead(frame, abi::frame::Map{space, bad, 0, length, {3}}).ok());
    EXPECT_TRUE(is_mapped(page));
  }
}

TEST_F(ChangedCall, OfAnotherFrameMapsAllOfIt) {
  ASSERT_TRUE(world.invoke(other, abi::frame::Map{space, length + page, 0, page, {3}}).ok());
  ASSERT_TRUE(call_instead(frame, abi::frame::Unmap{0, abi::layout::user_end}).ok());
  ASSERT_TRUE(call_instead(other, abi::frame::Map{named, page, 0, length, {3}}).ok());
  for (u64 at = page; at < page + length; at += page) ASSERT_TRUE(is_mapped(at)) << at;
}

TEST_F(ChangedCall, AfterAnotherSystemCallBeginsAnew) {
  const CapPtr note = world.make(ObjectType::notification);
  machine.interrupts = Interrupts::never;
  world.trap(*actor.thread, Syscall::signal, note);
  EXPECT_FALSE(actor.thread->is_interrupted());
  ASSERT_TRUE(world.invoke(frame, abi::frame::Unmap{page, base::page_size}).ok());
  EXPECT_FALSE(call_instead(frame, abi::frame::Map{named, page, 0, length, {3}}).ok());
  EXPECT_EQ(world.detail, 2 * page) << "it maps the first page, and finds the second one mapped";
  EXPECT_FALSE(is_mapped(page));
}

TEST_F(Restart, AConfigureThatHasDoneItsWorkIsNotBusyWhenItIsRepeated) {
  // The pager that it takes away is the last capability to an endpoint with many waiters.
  const Actor target = world.make_actor();
  const CapPtr old_pager = world.make(ObjectType::endpoint);
  const CapPtr new_pager = world.make(ObjectType::endpoint);
  ASSERT_TRUE(world.invoke(target.cap, abi::thread::Suspend{}).ok());
  ASSERT_TRUE(world.invoke(target.cap, abi::thread::Configure{.pager = old_pager}).ok());
  std::vector<Actor> waiters;
  for (int i = 0; i < 40; ++i) {
    waiters.push_back(world.make_actor({.has_buffer = false, .has_reply = false}));
    world.trap(*waiters.back().thread, Syscall::send, old_pager);
  }
  ASSERT_EQ(world.remove(old_pager), Error::none);
  begin(target.cap, abi::thread::Configure{.pager = new_pager});
  ASSERT_TRUE(world.is_repeating(*actor.thread));
  ASSERT_TRUE(world.invoke(target.cap, abi::thread::Resume{}).ok());
  finish();
  EXPECT_EQ(error(), Error::none);
  for (const Actor& waiter : waiters)
    EXPECT_EQ(World::outcome(*waiter.thread).error(), Error::gone);
}

TEST_F(Restart, TheEndOfACNodeLooksForInterruptsAfterEachSlot) {
  const CapPtr node = world.make(ObjectType::cnode, 8);
  begin(world.leaf_of(node), abi::cnode::Delete{node.value() & 255});
  u64 steps = 1;
  for (; world.is_repeating(*actor.thread); ++steps) world.repeat(*actor.thread);
  machine.interrupts = Interrupts::never;
  EXPECT_EQ(error(), Error::none);
  EXPECT_GE(steps, 256U);
}

// The last capability with an anchor's badge is deleted while more wait with it than a step wakes.
struct LastOfABadge : Restart {
  CapPtr endpoint = world.make(ObjectType::endpoint);
  CapPtr anchor = world.mint(endpoint, abi::all_rights, 7);
  CapPtr badged;
  std::vector<Actor> senders;

  void send() {
    senders.push_back(world.make_actor({.has_buffer = false, .has_reply = false}));
    world.trap(*senders.back().thread, Syscall::send, badged);
  }
  void SetUp() override {
    ASSERT_TRUE(world.invoke(world.leaf_of(anchor), abi::cnode::Anchor{anchor.value() & 255}).ok());
    badged = world.copy(anchor);
    for (int i = 0; i < 40; ++i) send();
  }
  void begin_removal() {
    begin(world.leaf_of(badged), abi::cnode::Delete{badged.value() & 255});
    ASSERT_TRUE(world.is_repeating(*actor.thread));
  }
};

TEST_F(LastOfABadge, NobodyBeginsToWaitWithItMeanwhile) {
  begin_removal();
  machine.interrupts = Interrupts::never;
  send();
  EXPECT_EQ(World::outcome(*senders.back().thread).error(), Error::denied);
  finish();
  EXPECT_EQ(error(), Error::none);
  senders.pop_back();
  for (const Actor& sender : senders)
    EXPECT_EQ(World::outcome(*sender.thread).error(), Error::gone);
}

TEST_F(LastOfABadge, ADeletionThatWasGivenUpHidesNobody) {
  // The queue was looked through up to its end, and more senders come.
  auto& object = world.object<kernel::Endpoint>(endpoint);
  for (int i = 0; i < 40; ++i) static_cast<void>(object.look_for(7));
  send();
  machine.interrupts = Interrupts::never;
  ASSERT_EQ(world.remove(badged), Error::none);
  EXPECT_EQ(World::outcome(*senders.back().thread).error(), Error::gone);
}

TEST_F(Restart, ACopyGoesOnWhereItStopped) {
  const CapPtr memory = world.make(ObjectType::frame, 21);
  const CapPtr own = world.make(ObjectType::vspace);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(
        world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{own, 0}).ok());
  ASSERT_TRUE(world.invoke(memory, abi::frame::Map{own, page, 0, 0x10'0000, {3}}).ok());
  auto* bytes = static_cast<unsigned char*>(machine.pointer(world.slot(memory).cap.physical()));
  for (u64 i = 0; i < 0x10'0000; ++i) bytes[i] = static_cast<unsigned char>(i * 7 + i / 251);
  begin(own, abi::vspace::Copy{page + 5, own, page + 0x8'0003, abi::vspace::max_copy});
  EXPECT_TRUE(world.is_repeating(*actor.thread));
  finish();
  EXPECT_EQ(error(), Error::none);
  for (u64 i = 0; i < abi::vspace::max_copy; ++i) ASSERT_EQ(bytes[0x8'0003 + i], bytes[5 + i]) << i;
  // In the middle the target goes.
  begin(own, abi::vspace::Copy{page, own, page + 0x8'0000, abi::vspace::max_copy});
  ASSERT_TRUE(world.is_repeating(*actor.thread));
  ASSERT_TRUE(world.invoke(memory, abi::frame::Unmap{page + 0x8'0000, 0x8'0000}).ok());
  finish();
  EXPECT_EQ(error(), Error::absent);
  EXPECT_EQ(World::outcome(*actor.thread).words[1], 1U);
  EXPECT_EQ((World::outcome(*actor.thread).words[0] - page) % page, 0U);
}

}  // namespace
