// SPDX-License-Identifier: MIT
// Methods of CNode: which capability may become which.
#include <abi/object/cnode.hpp>
#include <gtest/gtest.h>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct CNodeTest : testing::Test {
  World world;
  CapPtr cnode = world.make(ObjectType::cnode, 4);
  CapPtr endpoint = world.make(ObjectType::endpoint);
  CapPtr notification = world.make(ObjectType::notification);
  CapPtr frame = world.make(ObjectType::frame, 16);

  kernel::Slot& at(u64 index) { return world.object<kernel::CNode>(cnode).slot(index); }
  Error copy(u64 index, SlotName source, Rights rights = abi::all_rights) {
    return world.invoke(cnode, abi::cnode::Copy{index, source, rights}).error();
  }
  Error mint(u64 index, CapPtr source, u64 data, u64 offset = 0, u64 bits = 0) {
    return world
        .invoke(cnode,
                abi::cnode::Mint{index, SlotName::own(source), abi::all_rights, data, offset, bits})
        .error();
  }
  Error move(u64 index, SlotName source) {
    return world.invoke(cnode, abi::cnode::Move{index, source}).error();
  }
  Error remove(u64 index) { return world.invoke(cnode, abi::cnode::Delete{index}).error(); }
  Error revoke(u64 index) { return world.invoke(cnode, abi::cnode::Revoke{index}).error(); }
};

TEST_F(CNodeTest, ACopyHasAtMostTheRightsOfItsSource) {
  EXPECT_EQ(copy(0, SlotName::own(frame), {0x5}), Error::none);
  EXPECT_EQ(at(0).cap.rights().bits, 0x5U);
  EXPECT_EQ(copy(1, SlotName::in(cnode, 0), {0xff}), Error::none);
  EXPECT_EQ(at(1).cap.rights().bits, 0x5U);
  EXPECT_EQ(copy(2, SlotName::in(cnode, 0), {0}), Error::none);
  EXPECT_EQ(at(2).cap.rights().bits, 0U);
}

TEST_F(CNodeTest, BadPlacesAreRefused) {
  EXPECT_EQ(copy(16, SlotName::own(frame)), Error::out_of_range);
  EXPECT_EQ(copy(~u64{0}, SlotName::own(frame)), Error::out_of_range);
  EXPECT_EQ(copy(0, SlotName::own(CapPtr{})), Error::invalid_capability);
  EXPECT_EQ(copy(0, SlotName::in(cnode, 16)), Error::out_of_range);
  EXPECT_EQ(copy(0, SlotName::in(cnode, 3)), Error::invalid_capability) << "it is empty";
  EXPECT_EQ(copy(0, SlotName::in(frame, 3)), Error::wrong_object);
  EXPECT_EQ(copy(0, SlotName::own(frame)), Error::none);
  EXPECT_EQ(copy(0, SlotName::own(frame)), Error::occupied);
  EXPECT_EQ(copy(0, SlotName::in(cnode, 0)), Error::occupied) << "onto itself";
  EXPECT_EQ(move(0, SlotName::in(cnode, 0)), Error::occupied);
  EXPECT_EQ(move(1, SlotName::own(frame)), Error::denied) << "a move names the CNode";
}

TEST_F(CNodeTest, EachMethodAsksForItsRight) {
  ASSERT_EQ(copy(0, SlotName::own(frame)), Error::none);
  const auto weak = [&](Rights rights) { return world.copy(cnode, rights); };
  const CapPtr insert = weak(abi::cnode_right::insert);
  const CapPtr take = weak(abi::cnode_right::remove);
  EXPECT_EQ(world.invoke(insert, abi::cnode::Delete{0}).error(), Error::denied);
  EXPECT_EQ(world.invoke(insert, abi::cnode::Revoke{0}).error(), Error::denied);
  EXPECT_EQ(world.invoke(insert, abi::cnode::Identify{0}).error(), Error::denied);
  EXPECT_EQ(world.invoke(take, abi::cnode::Copy{1, SlotName::own(frame), {0xff}}).error(),
            Error::denied);
  EXPECT_EQ(copy(1, SlotName::in(insert, 0)), Error::denied);
  EXPECT_EQ(copy(1, SlotName::in(take, 0)), Error::denied);
  EXPECT_EQ(move(1, SlotName::in(insert, 0)), Error::denied);
  EXPECT_EQ(move(1, SlotName::in(take, 0)), Error::none);
}

TEST_F(CNodeTest, MemoryThatKnowsItsUseHasOneCapabilityOnly) {
  const CapPtr table = world.make(ObjectType::page_table);
  EXPECT_EQ(copy(0, SlotName::own(world.memory())), Error::not_supported);
  EXPECT_EQ(mint(0, world.memory(), 0), Error::not_supported);
  EXPECT_EQ(copy(0, SlotName::own(table)), Error::not_supported);
  EXPECT_EQ(mint(0, table, 0), Error::not_supported);
  EXPECT_EQ(move(0, world.place(table)), Error::none);
}

TEST_F(CNodeTest, ABadgeIsGivenOnceAndOnlyWithTheRight) {
  EXPECT_EQ(mint(0, endpoint, 77), Error::none);
  EXPECT_EQ(at(0).data, 77U);
  EXPECT_TRUE(world.slot(endpoint).has_children());
  const CapPtr badged = world.mint(endpoint, abi::all_rights, 5);
  EXPECT_EQ(mint(1, badged, 6), Error::busy);
  EXPECT_EQ(mint(1, badged, 0), Error::busy) << "nor taken away";
  EXPECT_EQ(copy(1, SlotName::own(badged)), Error::none);
  EXPECT_EQ(at(1).data, 5U) << "a copy keeps it";
  const CapPtr weak = world.copy(endpoint, abi::endpoint_right::send);
  EXPECT_EQ(mint(2, weak, 6), Error::denied);
  EXPECT_EQ(mint(2, endpoint, 6, 1, 0), Error::bad_argument);
  EXPECT_EQ(mint(2, endpoint, 6, 0, 12), Error::bad_argument);
}

TEST_F(CNodeTest, AMaskOfBitsCanOnlyShrink) {
  const CapPtr low = world.mint(notification, abi::all_rights, 0x0f);
  EXPECT_EQ(mint(0, low, 0x10), Error::denied);
  EXPECT_EQ(mint(0, low, 0x05), Error::none);
  EXPECT_EQ(at(0).data, 5U);
}

TEST_F(CNodeTest, APartOfAFrameLiesInItAndIsAligned) {
  EXPECT_EQ(mint(0, frame, 0, 0xf000, 12), Error::none);
  EXPECT_EQ(at(0).cap.physical().value(), world.slot(frame).cap.physical().value() + 0xf000);
  EXPECT_EQ(mint(1, frame, 0, 0x10000, 12), Error::out_of_range);
  EXPECT_EQ(mint(1, frame, 0, 0x1000, 13), Error::bad_argument);
  EXPECT_EQ(mint(1, frame, 0, 0, 11), Error::out_of_range);
  EXPECT_EQ(mint(1, frame, 0, 0, 17), Error::out_of_range);
  EXPECT_EQ(mint(1, frame, 0, 0, ~u64{0}), Error::out_of_range);
  EXPECT_EQ(mint(1, frame, 1, 0, 12), Error::bad_argument);
  EXPECT_EQ(mint(1, frame, 0, 0, 16), Error::none) << "all of it";
}

TEST_F(CNodeTest, RevokingTakesExactlyTheDescendants) {
  ASSERT_EQ(mint(0, frame, 0, 0, 14), Error::none);
  ASSERT_EQ(copy(1, SlotName::in(cnode, 0)), Error::none);
  ASSERT_EQ(
      world.invoke(cnode, abi::cnode::Mint{2, SlotName::in(cnode, 0), {0xff}, 0, 0, 12}).error(),
      Error::none);
  ASSERT_EQ(
      world.invoke(cnode, abi::cnode::Mint{3, SlotName::in(cnode, 2), {0xff}, 0, 0, 12}).error(),
      Error::none);
  EXPECT_EQ(revoke(0), Error::none);
  EXPECT_FALSE(at(0).is_empty());
  EXPECT_FALSE(at(1).is_empty()) << "a copy stands beside";
  EXPECT_TRUE(at(2).is_empty());
  EXPECT_TRUE(at(3).is_empty());
  EXPECT_EQ(revoke(5), Error::not_found);
  EXPECT_EQ(world.revoke(frame), Error::none);
  EXPECT_TRUE(at(1).is_empty());
}

TEST_F(CNodeTest, DeletingAnEmptySlotIsNoError) {
  EXPECT_EQ(remove(7), Error::none);
  EXPECT_EQ(remove(16), Error::out_of_range);
}

TEST_F(CNodeTest, IdentifyTellsWhatStandsThere) {
  ASSERT_EQ(mint(0, endpoint, 9), Error::none);
  auto found = world.invoke(cnode, abi::cnode::Identify{0});
  EXPECT_EQ(found->type, static_cast<u64>(ObjectType::endpoint));
  EXPECT_EQ(found->data, 9U);
  EXPECT_EQ(found->has_children, 0U);
  ASSERT_EQ(copy(1, SlotName::own(frame)), Error::none);
  EXPECT_EQ(world.invoke(cnode, abi::cnode::Identify{1})->data, 0U) << "no kernel words";
  EXPECT_EQ(world.invoke(cnode, abi::cnode::Identify{2})->type, 0U) << "empty";
}

TEST_F(CNodeTest, ACNodeThatHoldsItselfEndsWithTheMemoryThatItIsMadeOf) {
  const CapPtr memory = world.make(ObjectType::untyped, 16);
  const CapPtr self = world.make_from(memory, ObjectType::cnode, 4);
  ASSERT_EQ(world.invoke(self, abi::cnode::Copy{0, SlotName::own(self), {0xff}}).error(),
            Error::none);
  EXPECT_EQ(world.remove(self), Error::none);
  EXPECT_TRUE(world.slot(memory).has_children()) << "it names itself still";
  EXPECT_EQ(world.revoke(memory), Error::none);
  EXPECT_FALSE(world.slot(memory).has_children());
}

TEST_F(CNodeTest, WhatACNodeHoldsGoesWithItsLastCapability) {
  ASSERT_EQ(mint(0, endpoint, 9), Error::none);
  const CapPtr second = world.copy(cnode);
  EXPECT_EQ(world.remove(cnode), Error::none);
  EXPECT_TRUE(world.slot(endpoint).has_children());
  machine.interrupts = Interrupts::always;
  EXPECT_EQ(world.remove(second), Error::none);
  EXPECT_FALSE(world.slot(endpoint).has_children());
}

}  // namespace
