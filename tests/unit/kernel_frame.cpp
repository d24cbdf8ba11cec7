// SPDX-License-Identifier: MIT
// Frames in address spaces against a model of plain maps, with interruptions at every point, errors
// that are undone, large pages that are split, and a look at what the CPU may still have cached.
#include <abi/layout.hpp>
#include <gtest/gtest.h>
#include <map>
#include <memory/page_map.hpp>
#include <simulated/random.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
using abi::frame::MapFlags;

constexpr u64 page = base::page_size;
constexpr MapFlags read_only{1};
constexpr MapFlags read_write{3};
constexpr MapFlags read_execute{5};

struct FrameTest : testing::Test {
  World world;
  CapPtr space = world.make(ObjectType::vspace);

  Error map(CapPtr frame, u64 at, u64 offset, u64 length, MapFlags flags = read_write) {
    return world.invoke(frame, abi::frame::Map{space, at, offset, length, flags}).error();
  }
  Error unmap(CapPtr frame, u64 at, u64 length) {
    return world.invoke(frame, abi::frame::Unmap{at, length}).error();
  }
  Error protect(CapPtr frame, u64 at, u64 length, MapFlags flags) {
    return world.invoke(frame, abi::frame::Protect{at, length, flags}).error();
  }
  Error add_table(u64 at) {
    return world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{space, at})
        .error();
  }
  void add_tables(u64 at, int count) {
    for (int i = 0; i < count; ++i) ASSERT_EQ(add_table(at), Error::none);
  }
  bool is_mapped(CapPtr frame) { return world.invoke(frame, abi::frame::Info{})->is_mapped != 0; }
  auto walk(u64 at) { return world.invoke(space, abi::vspace::Walk{at}); }
  void use(u64 at) {
    const auto& slot = world.slot(space);
    machine.cache.use(slot.data, slot.cap.physical(), at);
  }
};

TEST_F(FrameTest, MapsByTheLargestPagesThatFit) {
  const CapPtr frame = world.make_from(world.other_memory(), ObjectType::frame, 23);
  add_tables(0x20'0000, 1);
  ASSERT_EQ(map(frame, 0x40'0000, 0, 0x40'0000), Error::none);
  EXPECT_EQ(walk(0x5f'f000)->page_bits, 21U);
  EXPECT_EQ(walk(0x3f'f000).error(), Error::absent);
  EXPECT_EQ(walk(0x80'0000).error(), Error::absent);
  EXPECT_EQ(map(frame, 0x20'0000, 0x1000, 0x1000), Error::needs_table);
  EXPECT_EQ(world.detail, 0x20'0000U);
  add_tables(0x20'0000, 1);
  EXPECT_EQ(map(frame, 0x20'0000, 0x1000, 0x1000), Error::none);
  EXPECT_EQ(walk(0x20'0000)->page_bits, 12U);
}

TEST_F(FrameTest, EveryBadArgumentIsRefusedBeforeAnyChange) {
  const CapPtr frame = world.make(ObjectType::frame, 14);
  const CapPtr read = world.copy(frame, abi::frame_right::read);
  add_tables(0, 2);
  EXPECT_EQ(map(frame, 0x1001, 0, page), Error::bad_argument);
  EXPECT_EQ(map(frame, 0x1000, 1, page), Error::bad_argument);
  EXPECT_EQ(map(frame, 0x1000, 0, 0), Error::bad_argument);
  EXPECT_EQ(map(frame, 0x1000, 0, 100), Error::bad_argument);
  EXPECT_EQ(map(frame, abi::layout::user_end, 0, page), Error::out_of_range);
  EXPECT_EQ(map(frame, abi::layout::user_end - page, 0, 2 * page), Error::out_of_range);
  EXPECT_EQ(map(frame, 0x1000, 0, 5 * page), Error::out_of_range);
  EXPECT_EQ(map(frame, 0x1000, 4 * page, page), Error::out_of_range);
  EXPECT_EQ(map(frame, 0x1000, ~u64{0} - page + 1, page), Error::out_of_range);
  EXPECT_EQ(map(frame, 0x1000, 0, ~u64{0} - page + 1), Error::out_of_range);
  for (const u64 flags : {u64{0}, u64{2}, u64{4}, u64{6}, u64{7}, u64{9}, ~u64{0}})
    EXPECT_EQ(map(frame, 0x1000, 0, page, {flags}), Error::bad_argument) << flags;
  EXPECT_EQ(map(read, 0x1000, 0, page, read_write), Error::denied);
  EXPECT_EQ(map(read, 0x1000, 0, page, read_execute), Error::denied);
  EXPECT_FALSE(is_mapped(frame));
  EXPECT_EQ(walk(0x1000).error(), Error::absent);
  const CapPtr device = world.make_from(world.device_memory(), ObjectType::frame, 12);
  EXPECT_EQ(map(device, 0x1000, 0, page, read_execute), Error::denied);
  EXPECT_EQ(map(device, 0x1000, 0, page, read_write), Error::none);
}

TEST_F(FrameTest, AFailedMapIsUndoneWhereverItIsInterrupted) {
  const CapPtr frame = world.make(ObjectType::frame, 22);
  const CapPtr obstacle = world.make(ObjectType::frame, 12);
  add_tables(0, 2);
  add_tables(0x20'0000, 1);
  ASSERT_EQ(map(obstacle, 0x30'0000, 0, page), Error::none);
  for (const Interrupts interrupts : {Interrupts::never, Interrupts::always}) {
    machine.interrupts = interrupts;
    EXPECT_EQ(map(frame, 0x5000, 0, 0x3f'0000), Error::occupied);
    EXPECT_EQ(world.detail, 0x30'0000U);
    EXPECT_FALSE(is_mapped(frame)) << "free for another address space";
    for (u64 at = 0; at < 0x40'0000; at += page) {
      if (at == 0x30'0000) continue;
      ASSERT_EQ(walk(at).error(), Error::absent) << at;
    }
    EXPECT_EQ(map(frame, 0x5000, 0, 0x3f'f000), Error::occupied);
  }
}

TEST_F(FrameTest, AFrameIsBusyInOneAddressSpaceUntilAllOfItIsUnmapped) {
  const CapPtr frame = world.make(ObjectType::frame, 14);
  const CapPtr other = world.make(ObjectType::vspace);
  add_tables(0, 2);
  ASSERT_EQ(map(frame, 0x1000, 0, page), Error::none);
  ASSERT_EQ(map(frame, 0x5000, page, page), Error::none);
  EXPECT_EQ(world.invoke(frame, abi::frame::Map{other, 0, 0, page, read_only}).error(),
            Error::busy);
  EXPECT_EQ(unmap(frame, 0x1000, page), Error::none);
  EXPECT_TRUE(is_mapped(frame));
  EXPECT_EQ(unmap(frame, 0, abi::layout::user_end), Error::none);
  EXPECT_FALSE(is_mapped(frame));
  EXPECT_EQ(world.invoke(frame, abi::frame::Map{other, 0, 0, page, read_only}).error(),
            Error::needs_table);
}

TEST_F(FrameTest, CuttingALargePageNeedsATableThatSplitsIt) {
  const CapPtr frame = world.make(ObjectType::frame, 22);
  add_tables(0, 1);
  ASSERT_EQ(map(frame, 0, 0, 0x40'0000, read_write), Error::none);
  for (u64 at = 0; at < 0x40'0000; at += page) use(at);
  EXPECT_EQ(unmap(frame, 0x1000, page), Error::needs_table);
  EXPECT_EQ(world.detail, 0U);
  EXPECT_EQ(protect(frame, 0, 0x20'1000, read_only), Error::needs_table);
  EXPECT_EQ(world.detail, 0x20'0000U);
  EXPECT_EQ(walk(0x1000)->page_bits, 21U) << "nothing has changed";
  add_tables(0x1000, 1);
  EXPECT_EQ(walk(0x1000)->page_bits, 12U);
  EXPECT_EQ(walk(0x1000)->access, 3U);
  for (u64 at = 0; at < 0x40'0000; at += page) use(at);
  EXPECT_EQ(unmap(frame, 0x1000, page), Error::none);
  EXPECT_EQ(walk(0x1000).error(), Error::absent);
  EXPECT_EQ(walk(0x2000)->page_bits, 12U);
  EXPECT_EQ(add_table(0x2000), Error::occupied);
  EXPECT_EQ(world.remove(frame), Error::none);
  EXPECT_EQ(walk(0x2000).error(), Error::absent);
  EXPECT_EQ(walk(0x20'0000).error(), Error::absent);
}

TEST_F(FrameTest, UnmapAndProtectTouchNothingOfOtherFrames) {
  const CapPtr mine = world.make(ObjectType::frame, 13);
  const CapPtr other = world.make(ObjectType::frame, 13);
  add_tables(0, 2);
  ASSERT_EQ(map(mine, 0x1000, 0, page), Error::none);
  ASSERT_EQ(map(other, 0x2000, 0, page), Error::none);
  ASSERT_EQ(map(mine, 0x3000, page, page), Error::none);
  EXPECT_EQ(protect(mine, 0, 0x10000, read_only), Error::none);
  EXPECT_EQ(walk(0x2000)->access, 3U);
  EXPECT_EQ(walk(0x3000)->access, 1U);
  EXPECT_EQ(unmap(mine, 0, 0x10000), Error::none);
  EXPECT_EQ(walk(0x2000)->access, 3U);
  EXPECT_EQ(walk(0x1000).error(), Error::absent);
}

TEST_F(FrameTest, TakingATableOutUnmapsWhatIsBelowAndLeavesNothingCached) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  add_tables(0, 1);
  const CapPtr table = world.make(ObjectType::page_table);
  ASSERT_EQ(world.invoke(table, abi::page_table::Map{space, 0x5000})->covers_bits, 21U);
  EXPECT_EQ(world.invoke(table, abi::page_table::Map{space, 0x4000'0000}).error(), Error::busy);
  ASSERT_EQ(map(frame, 0x5000, 0, page), Error::none);
  use(0x5000);
  ASSERT_TRUE(world.invoke(table, abi::page_table::Unmap{}).ok());
  EXPECT_EQ(walk(0x5000).error(), Error::absent);
  ASSERT_TRUE(world.invoke(table, abi::page_table::Map{space, 0x5000}).ok());
  EXPECT_EQ(walk(0x5000).error(), Error::absent) << "a table is empty when it comes back";
  use(0x5000);
  EXPECT_EQ(world.remove(table), Error::none);
  EXPECT_EQ(world.remove(frame), Error::none);
}

TEST_F(FrameTest, ATableThatWentWithTheOneAboveItDoesNotTakeItsSuccessorOut) {
  const CapPtr upper = world.make(ObjectType::page_table);
  const CapPtr lower = world.make(ObjectType::page_table);
  ASSERT_TRUE(world.invoke(upper, abi::page_table::Map{space, 0x5000}).ok());
  ASSERT_TRUE(world.invoke(lower, abi::page_table::Map{space, 0x5000}).ok());
  ASSERT_TRUE(world.invoke(upper, abi::page_table::Unmap{}).ok());
  add_tables(0x5000, 2);
  const CapPtr frame = world.make(ObjectType::frame, 12);
  ASSERT_EQ(map(frame, 0x5000, 0, page), Error::none);
  EXPECT_EQ(world.remove(lower), Error::none);
  EXPECT_TRUE(walk(0x5000).ok());
}

TEST_F(FrameTest, ClearingTheAddressSpaceFreesEverythingInIt) {
  const CapPtr frame = world.make(ObjectType::frame, 12);
  const CapPtr table = world.make(ObjectType::page_table);
  add_tables(0, 1);
  ASSERT_TRUE(world.invoke(table, abi::page_table::Map{space, 0}).ok());
  ASSERT_EQ(map(frame, 0x5000, 0, page), Error::none);
  use(0x5000);
  ASSERT_TRUE(world.invoke(space, abi::vspace::Clear{}).ok());
  EXPECT_FALSE(is_mapped(frame));
  EXPECT_TRUE(world.invoke(table, abi::page_table::Map{space, 0x4000'0000}).ok());
}

// Found by reading: an unmap that is interrupted must not believe afterwards that it has seen
// addresses at which another thread has mapped the Frame meanwhile.
TEST_F(FrameTest, AnInterruptedUnmapDoesNotForgetWhatOthersMapMeanwhile) {
  const CapPtr frame = world.make_from(world.other_memory(), ObjectType::frame, 23);
  const CapPtr other = world.make(ObjectType::vspace);
  add_tables(0, 2);
  add_tables(0x20'0000, 1);
  ASSERT_EQ(map(frame, 0x1000, 0, 0x30'0000), Error::none);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(
        world.invoke(world.make(ObjectType::page_table), abi::page_table::Map{other, 0x1000}).ok());
  Actor actor = world.make_actor();
  machine.interrupts = Interrupts::always;
  world.begin(*actor.thread, static_cast<abi::u32>(Syscall::call), frame,
              {.words = {0, abi::layout::user_end}, .label = abi::frame::Unmap::op});
  ASSERT_TRUE(world.is_repeating(*actor.thread));
  machine.interrupts = Interrupts::never;
  ASSERT_EQ(unmap(frame, 0, abi::layout::user_end), Error::none);
  ASSERT_TRUE(world.invoke(frame, abi::frame::Map{other, 0x1000, 0, page, read_only}).ok());
  while (world.is_repeating(*actor.thread)) world.repeat(*actor.thread);
  EXPECT_EQ(world.remove(frame), Error::none);
  EXPECT_EQ(world.invoke(other, abi::vspace::Walk{0x1000}).error(), Error::absent);
}

// The same for a map that is being undone.
TEST_F(FrameTest, AnInterruptedUndoDoesNotForgetWhatOthersMapMeanwhile) {
  const CapPtr frame = world.make_from(world.other_memory(), ObjectType::frame, 23);
  const CapPtr obstacle = world.make(ObjectType::frame, 12);
  add_tables(0, 2);
  add_tables(0x20'0000, 1);
  add_tables(0x40'0000, 1);
  ASSERT_EQ(map(obstacle, 0x50'0000, 0, page), Error::none);
  Actor actor = world.make_actor();
  machine.interrupts = Interrupts::always;
  world.begin(*actor.thread, static_cast<abi::u32>(Syscall::call), frame,
              {.words = {space.value(), 0x1000, 0, 0x60'0000, 3}, .label = abi::frame::Map::op});
  for (int i = 0; i < 3 && world.is_repeating(*actor.thread); ++i) world.repeat(*actor.thread);
  ASSERT_TRUE(world.is_repeating(*actor.thread));
  machine.interrupts = Interrupts::never;
  ASSERT_EQ(unmap(frame, 0, abi::layout::user_end), Error::none);
  ASSERT_EQ(map(frame, 0x1000, 0, 0x4f'f000), Error::none);
  while (world.is_repeating(*actor.thread)) world.repeat(*actor.thread);
  EXPECT_EQ(world.remove(frame), Error::none);
  for (u64 at = 0; at < 0x50'0000; at += page) ASSERT_EQ(walk(at).error(), Error::absent) << at;
}

// Random operations of several Frames in one address space.
class FrameModel : public FrameTest {
 public:
  struct Mapped {
    CapPtr frame;
    u64 physical;
    u64 access;
  };
  static constexpr u64 area = 0x80'0000;  // four tables' worth

  u64 base_of(CapPtr frame) { return world.slot(frame).cap.physical().value(); }
  u64 size_of(CapPtr frame) { return u64{1} << world.slot(frame).cap.bits(); }

  void do_map(CapPtr frame, u64 at, u64 offset, u64 length, u64 access) {
    bool is_free = true;
    for (u64 i = 0; i < length; i += page) is_free &= !model.contains(at + i);
    const Error error = map(frame, at, offset, length, {access});
    ASSERT_EQ(error, is_free ? Error::none : Error::occupied);
    if (!is_free) return;
    for (u64 i = 0; i < length; i += page)
      model[at + i] = {frame, base_of(frame) + offset + i, access};
  }
  void do_unmap(CapPtr frame, u64 at, u64 length) {
    ASSERT_EQ(unmap(frame, at, length), Error::none);
    std::erase_if(model, [&](const auto& entry) {
      return entry.first >= at && entry.first - at < length && entry.second.frame == frame;
    });
  }
  void do_protect(CapPtr frame, u64 at, u64 length, u64 access) {
    ASSERT_EQ(protect(frame, at, length, {access}), Error::none);
    for (auto& [address, mapped] : model)
      if (address >= at && address - at < length && mapped.frame == frame) mapped.access = access;
  }
  void compare() {
    for (u64 at = 0; at < area; at += page) {
      const auto expected = model.find(at);
      kernel::PageMap pages{world.slot(space).data, world.slot(space).cap.physical()};
      const auto found = pages.translate(at);
      ASSERT_EQ(found.has_value(), expected != model.end()) << at;
      if (!found) continue;
      ASSERT_EQ(found->physical.value(), expected->second.physical) << at;
      ASSERT_EQ(found->attributes.write, (expected->second.access & 2) != 0) << at;
      ASSERT_EQ(found->attributes.execute, (expected->second.access & 4) != 0) << at;
      ASSERT_TRUE(found->attributes.user);
    }
  }

  std::map<u64, Mapped> model;
};

TEST_F(FrameModel, RandomOperationsMapWhatThePlainMapSays) {
  world.audits = false;
  add_tables(0, 1);
  for (u64 at = 0; at < area; at += 0x20'0000) add_tables(at, 1);
  std::vector<CapPtr> frames;
  for (const u64 bits : {12U, 14U, 16U, 20U, 21U, 22U})
    frames.push_back(world.make(ObjectType::frame, bits));
  std::mt19937_64 random{seed_or(1)};
  const u64 accesses[] = {1, 3, 5};
  for (u64 i = 0; i < scaled(1'500); ++i) {
    SCOPED_TRACE(i);
    machine.interrupts = random() % 2 == 0 ? Interrupts::sometimes : Interrupts::always;
    const CapPtr frame = frames[random() % frames.size()];
    const u64 limit = std::min(size_of(frame), area / 2);
    const u64 at = random() % (area / 2) & ~(page - 1);
    const u64 length = (1 + random() % (limit / page)) * page;
    const u64 access = accesses[random() % 3];
    for (int used = 0; used < 20; ++used) use(random() % area);
    switch (random() % 4) {
      case 0:
      case 1:
        do_map(frame, at, random() % (limit - length + page) & ~(page - 1), length, access);
        break;
      case 2: do_unmap(frame, at, random() % 4 == 0 ? area : length); break;
      default: do_protect(frame, at, length, access); break;
    }
    if (HasFatalFailure()) return;
    if (i % 16 != 0) continue;
    compare();
    world.audit();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
