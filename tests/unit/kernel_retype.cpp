// SPDX-License-Identifier: MIT
// Retype: all objects or none, what is cleared and what is not, and when memory is free again.
#include <gtest/gtest.h>
#include <simulated/random.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
using abi::untyped::Retype;

struct RetypeTest : testing::Test {
  World world;
  CapPtr memory = world.make(ObjectType::untyped, 20);
  CapPtr cnode = world.make(ObjectType::cnode, 8);

  Error retype(ObjectType type, u64 bits, u64 first, u64 count) {
    return world
        .invoke(memory, Retype{static_cast<u64>(type), bits, SlotName::in(cnode, first), count})
        .error();
  }
  u64 free_bytes() { return world.invoke(memory, abi::untyped::Info{})->free_bytes; }
  kernel::Slot& at(u64 index) { return world.object<kernel::CNode>(cnode).slot(index); }
  bool all_empty() {
    for (u64 i = 0; i < 256; ++i)
      if (!at(i).is_empty()) return false;
    return true;
  }
  Error remove(u64 index) { return world.invoke(cnode, abi::cnode::Delete{index}).error(); }
  char* bytes() {
    return static_cast<char*>(machine.pointer(world.slot(memory).cap.physical(), 1 << 20));
  }
};

TEST_F(RetypeTest, EveryTypeIsMadeIdleZeroedAndAligned) {
  std::memset(bytes(), 0xee, 1 << 20);
  struct Kind {
    ObjectType type;
    u64 bits;
    u64 bytes;
  };
  u64 index = 0;
  for (const Kind& kind :
       {Kind{ObjectType::cnode, 4, 64 + 64 * 16}, Kind{ObjectType::page_table, 0, 4096},
        Kind{ObjectType::vspace, 0, 4096}, Kind{ObjectType::thread, 0, abi::thread_bytes},
        Kind{ObjectType::endpoint, 0, 128}, Kind{ObjectType::notification, 0, 128},
        Kind{ObjectType::reply, 0, 128}, Kind{ObjectType::sched_context, 0, 128},
        Kind{ObjectType::timer, 0, 128}, Kind{ObjectType::irq_handler, 0, 128},
        Kind{ObjectType::untyped, 12, 4096}, Kind{ObjectType::frame, 14, 16384}}) {
    const u64 before = free_bytes();
    ASSERT_EQ(retype(kind.type, kind.bits, index, 2), Error::none);
    EXPECT_GE(before - free_bytes(), 2 * kind.bytes);
    EXPECT_EQ(at(index).cap.type(), kind.type);
    EXPECT_EQ(at(index).cap.rights(), abi::all_rights);
    if (kind.bytes >= 4096) EXPECT_EQ(at(index).cap.physical().value() % kind.bytes, 0U);
    index += 2;
  }
}

TEST_F(RetypeTest, AllOrNothingForEveryRefusal) {
  const u64 before = free_bytes();
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 0, 0), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 0, 257), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 250, 7), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 256, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 0xffff'ffff, 2), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::endpoint, 1, 0, 1), Error::bad_argument);
  EXPECT_EQ(retype(ObjectType::frame, 11, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::frame, 31, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::frame, ~u64{0}, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::untyped, 11, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::untyped, 38, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::cnode, 0, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::cnode, 17, 0, 1), Error::out_of_range);
  EXPECT_EQ(retype(ObjectType::cnode, 16, 0, 1), Error::no_memory);
  EXPECT_EQ(retype(ObjectType::frame, 20, 0, 2), Error::no_memory);
  EXPECT_EQ(retype(ObjectType::frame, 30, 0, 256), Error::no_memory);
  EXPECT_EQ(retype(ObjectType::vspace, 0, 0, 256), Error::no_space) << "too few numbers";
  for (const ObjectType type :
       {ObjectType::null, ObjectType::irq_control, ObjectType::inspector, ObjectType::platform})
    EXPECT_EQ(retype(type, 0, 0, 1), Error::not_supported);
  EXPECT_EQ(retype(static_cast<ObjectType>(16), 0, 0, 1), Error::bad_argument);
  EXPECT_EQ(world.invoke(memory, Retype{0x107, 0, SlotName::in(cnode, 0), 1}).error(),
            Error::bad_argument)
      << "only the low bits look like an endpoint";
  EXPECT_EQ(free_bytes(), before);
  EXPECT_TRUE(all_empty());
}

TEST_F(RetypeTest, AnOccupiedSlotIsNamedAndNothingIsMade) {
  ASSERT_EQ(retype(ObjectType::endpoint, 0, 5, 1), Error::none);
  const u64 before = free_bytes();
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 2, 6), Error::occupied);
  EXPECT_EQ(world.detail, 5U);
  EXPECT_EQ(free_bytes(), before);
  EXPECT_TRUE(at(2).is_empty());
}

TEST_F(RetypeTest, TheCNodeMustAllowInsertion) {
  const CapPtr weak = world.copy(cnode, abi::cnode_right::remove);
  EXPECT_EQ(world
                .invoke(memory,
                        Retype{static_cast<u64>(ObjectType::endpoint), 0, SlotName::in(weak, 0), 1})
                .error(),
            Error::denied);
  EXPECT_EQ(world
                .invoke(memory, Retype{static_cast<u64>(ObjectType::endpoint), 0,
                                       SlotName::in(memory, 0), 1})
                .error(),
            Error::wrong_object);
}

TEST_F(RetypeTest, ADevicesMemoryMakesOnlyFramesAndUntypeds) {
  const auto make = [&](ObjectType type, u64 bits) {
    return world
        .invoke(world.device_memory(),
                Retype{static_cast<u64>(type), bits, SlotName::in(cnode, 0), 1})
        .error();
  };
  EXPECT_EQ(make(ObjectType::endpoint, 0), Error::not_supported);
  EXPECT_EQ(make(ObjectType::page_table, 0), Error::not_supported);
  EXPECT_EQ(make(ObjectType::untyped, 12), Error::none);
  EXPECT_TRUE(at(0).cap.is_device());
  EXPECT_EQ(remove(0), Error::none);
  EXPECT_EQ(make(ObjectType::frame, 12), Error::none);
  EXPECT_TRUE(at(0).cap.is_device());
}

TEST_F(RetypeTest, FramesKeepWhatTheMemoryHeldAndKernelObjectsDoNot) {
  std::memset(bytes(), 0xee, 1 << 20);
  ASSERT_EQ(retype(ObjectType::frame, 16, 0, 4), Error::none);
  for (u64 i = 0; i < 4 << 16; ++i) ASSERT_EQ(bytes()[i], '\xee');
  ASSERT_EQ(retype(ObjectType::cnode, 8, 10, 1), Error::none);
  auto& made = *at(10).cap.object<kernel::CNode>();
  for (u64 i = 0; i < made.size(); ++i) EXPECT_TRUE(made.slot(i).is_empty());
}

TEST_F(RetypeTest, ClearingIsInterruptedGoesOnAndIsNotDoneTwice) {
  machine.interrupts = Interrupts::always;
  ASSERT_EQ(retype(ObjectType::cnode, 13, 0, 1), Error::none);
  EXPECT_GE(machine.polls, (64U << 13) / (16 * 1024) - 1) << "bounded work between two looks";
  std::memset(bytes() + 0x90000, 0xee, 0x1000);
  auto& made = *at(0).cap.object<kernel::CNode>();
  for (u64 i = 0; i < made.size(); i += 97) EXPECT_TRUE(made.slot(i).is_empty());
}

TEST_F(RetypeTest, ThreadsThatRetypeInTurnsNeverShareMemory) {
  Actor first = world.make_actor({.priority = 100});
  Actor second = world.make_actor({.priority = 100});
  std::memset(bytes(), 0xee, 1 << 20);
  machine.interrupts = Interrupts::always;
  const auto begin = [&](const Actor& actor, ObjectType type, u64 bits, u64 slot, u64 count) {
    world.begin(*actor.thread, static_cast<abi::u32>(Syscall::call), memory,
                {.words = {static_cast<u64>(type), bits, SlotName::in(cnode, slot).raw, count},
                 .label = Retype::op});
  };
  begin(first, ObjectType::cnode, 12, 0, 1);
  ASSERT_TRUE(world.is_repeating(*first.thread));
  begin(second, ObjectType::frame, 12, 1, 3);
  EXPECT_FALSE(world.is_repeating(*second.thread)) << "Frames need no clearing";
  for (u64 i = 0; i < 3; ++i)
    std::memset(machine.pointer(at(1 + i).cap.physical(), 4096), 0xdd, 4096);
  while (world.is_repeating(*first.thread)) world.repeat(*first.thread);
  EXPECT_FALSE(World::outcome(*first.thread).is_error());
  auto& made = *at(0).cap.object<kernel::CNode>();
  for (u64 i = 0; i < made.size(); ++i) ASSERT_TRUE(made.slot(i).is_empty()) << i;
}

TEST_F(RetypeTest, MemoryIsFreeAgainWhenTheLastObjectHasGoneAndNotBefore) {
  const u64 before = free_bytes();
  ASSERT_EQ(retype(ObjectType::frame, 19, 0, 2), Error::none);
  EXPECT_EQ(free_bytes(), 0U);
  EXPECT_EQ(retype(ObjectType::endpoint, 0, 5, 1), Error::no_memory);
  EXPECT_EQ(remove(0), Error::none);
  EXPECT_EQ(free_bytes(), 0U);
  EXPECT_EQ(remove(1), Error::none);
  EXPECT_EQ(free_bytes(), before);
  std::memset(bytes(), 0xee, 1 << 20);
  EXPECT_EQ(retype(ObjectType::cnode, 8, 0, 1), Error::none);
  EXPECT_TRUE(at(0).cap.object<kernel::CNode>()->slot(3).is_empty()) << "it is dirty then";
}

TEST_F(RetypeTest, ACopyOrAPartOfAFrameKeepsTheMemoryInUse) {
  ASSERT_EQ(retype(ObjectType::frame, 20, 0, 1), Error::none);
  ASSERT_TRUE(world
                  .invoke(cnode, abi::cnode::Mint{1, SlotName::in(cnode, 0), abi::all_rights, 0,
                                                  0x1000, 12})
                  .ok());
  EXPECT_EQ(remove(0), Error::none);
  EXPECT_EQ(free_bytes(), 0U);
  EXPECT_EQ(remove(1), Error::none);
  EXPECT_EQ(free_bytes(), 1U << 20);
}

TEST_F(RetypeTest, RevokingLargeThingsIsInterruptedAndEnds) {
  ASSERT_EQ(retype(ObjectType::cnode, 8, 0, 1), Error::none);
  ASSERT_EQ(retype(ObjectType::thread, 0, 1, 100), Error::none);
  ASSERT_EQ(retype(ObjectType::frame, 12, 101, 100), Error::none);
  machine.interrupts = Interrupts::always;
  const u64 polls = machine.polls;
  EXPECT_EQ(world.revoke(memory), Error::none);
  EXPECT_GE(machine.polls - polls, 200U);
  EXPECT_TRUE(all_empty());
  EXPECT_EQ(free_bytes(), 1U << 20);
}

// Numbers of address spaces: few, all used, and used again.
TEST(AddressSpaces, AreAsManyAsThereAreNumbersAndANumberIsFreeWhenItsLastCapabilityGoes) {
  World world({.space_numbers = 8});
  std::vector<CapPtr> spaces;
  for (int i = 0; i < 6; ++i) spaces.push_back(world.make(ObjectType::vspace));
  const auto more = [&] {
    return world
        .invoke(world.memory(),
                Retype{static_cast<u64>(ObjectType::vspace), 0, world.place(world.fresh()), 1})
        .error();
  };
  EXPECT_EQ(more(), Error::no_space);
  const CapPtr copy = world.copy(spaces[0]);
  EXPECT_EQ(world.remove(spaces[0]), Error::none);
  EXPECT_EQ(more(), Error::no_space) << "a copy is left";
  EXPECT_EQ(world.remove(copy), Error::none);
  EXPECT_EQ(more(), Error::none);
}

TEST(AddressSpaces, AFrameOfAnEndedSpaceIsFreeAndCannotTouchTheNextOneOfThatNumber) {
  World world({.space_numbers = 8});
  CapPtr space = world.make(ObjectType::vspace);
  const u64 number = world.slot(space).data;
  const CapPtr frame = world.make(ObjectType::frame, 12);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(
        world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{space, 0}).ok());
  ASSERT_TRUE(world.invoke(frame, abi::frame::Map{space, 0, 0, 4096, {3}}).ok());
  machine.cache.use(number, world.slot(space).cap.physical(), 0);
  ASSERT_EQ(world.remove(space), Error::none);
  EXPECT_EQ(world.invoke(frame, abi::frame::Info{})->is_mapped, 0U);
  space = world.make(ObjectType::vspace);
  ASSERT_EQ(world.slot(space).data, number) << "the number is used again";
  const CapPtr copy = world.copy(frame);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(
        world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{space, 0}).ok());
  ASSERT_TRUE(world.invoke(copy, abi::frame::Map{space, 0, 0, 4096, {3}}).ok());
  EXPECT_EQ(world.remove(frame), Error::none);
  EXPECT_TRUE(world.invoke(space, abi::vspace::Walk{0}).ok()) << "the copy's mapping stays";
}

TEST(AddressSpaces, TheCpuLeavesASpaceThatEndsWhileItIsActive) {
  World world;
  const CapPtr space = world.make(ObjectType::vspace);
  Actor actor = world.make_actor({.vspace = space});
  world.trap(*actor.thread, Syscall::yield, {});
  world.schedule(*actor.thread);
  EXPECT_EQ(kernel::core.active_space, actor.thread->space());
  // The actor itself takes away what it runs in.
  world.begin(*actor.thread, static_cast<abi::u32>(Syscall::call), world.leaf_of(space),
              {.words = {space.value() & 255}, .label = abi::cnode::Revoke::op});
  EXPECT_EQ(actor.thread->state, ThreadState::suspended);
  EXPECT_EQ(world.remove(space), Error::none);
}

}  // namespace
