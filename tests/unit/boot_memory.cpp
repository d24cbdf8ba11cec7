// SPDX-License-Identifier: MIT
// Who gets which page: the pool, the plan, and where segments go.
#include <abi/layout.hpp>
#include <boot/memory/contents.hpp>
#include <boot/memory/memory_plan.hpp>
#include <boot_tree.hpp>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

using boot::Fault;
using boot::PagePool;
using boot::Pieces;
using boot::Program;
using boot::Range;
using boot::Segment;
using boot_test::u64;
using boot_test::u8;

constexpr u64 page = base::page_size;
constexpr u64 large = 2 * base::mib;

PagePool pool_of(std::initializer_list<Range> ranges) {
  PagePool pool;
  for (const Range& range : ranges) EXPECT_TRUE(pool.give(range).ok());
  return pool;
}

TEST(BootPagePool, GivesTheLowestRunThatFits) {
  PagePool pool = pool_of({{0x1000, 0x2000}, {0x4000, 0x8000}});
  EXPECT_EQ(*pool.take(2 * page), (Range{0x4000, 0x6000}));
  EXPECT_EQ(*pool.take(page), (Range{0x1000, 0x2000}));
  EXPECT_EQ(pool.take(3 * page).error(), Fault::too_little_memory);
  EXPECT_EQ(pool.ranges().total(), 2 * page);
}

TEST(BootPagePool, GivesARunWithAPhase) {
  PagePool pool = pool_of({{0x1000, 3 * large}});
  EXPECT_EQ(*pool.take(large, large, 0x5000), (Range{0x5000, large + 0x5000}));
  EXPECT_EQ(*pool.take(page, large, 0), (Range{2 * large, 2 * large + page}));
  EXPECT_EQ(pool.take(large, large, 0).error(), Fault::too_little_memory);
}

TEST(BootPagePool, GivesTheLargestRunCutToSize) {
  PagePool pool = pool_of({{0x1000, 0x2000}, {0x4000, 0x8000}});
  EXPECT_EQ(*pool.take_largest(100 * page), (Range{0x4000, 0x8000}));
  EXPECT_EQ(*pool.take_largest(page), (Range{0x1000, 0x2000}));
  EXPECT_EQ(pool.take_largest(page).error(), Fault::too_little_memory);
}

TEST(BootPagePool, NeverGivesAPageTwice) {
  std::mt19937 random(17);  // NOLINT: the same requests in every run
  for (int round = 0; round < 200; ++round) {
    PagePool pool = pool_of({{0x10'0000, 0x80'0000}, {0x90'0000, 0x91'0000}});
    const u64 total = pool.ranges().total();
    boot::RangeList<500> taken;
    for (int i = 0; i < 100; ++i) {
      const u64 size = (1 + random() % 64) * page;
      const auto run = random() % 2 == 0 ? pool.take(size, large, random() % 512 * page)
                                         : pool.take_largest(size);
      if (!run.ok()) continue;
      ASSERT_FALSE(taken.overlaps(*run));
      ASSERT_TRUE(taken.insert(*run));
      ASSERT_EQ(pool.ranges().total() + taken.total(), total);
    }
  }
}

Segment segment_at(u64 address, u64 memory_size, std::span<const u8> contents = {}) {
  return {.address = address, .memory_size = memory_size, .contents = contents};
}

Program program_of(std::initializer_list<Segment> segments) {
  Program program;
  for (const Segment& segment : segments) EXPECT_TRUE(program.segments.push(segment));
  return program;
}

TEST(BootPlacement, GivesEachSegmentAPieceOfWholePages) {
  PagePool pool = pool_of({{0x10'0000, 0x20'0000}});
  const Program program = program_of({segment_at(0x40'0123, 0x1000), segment_at(0x50'0000, 1)});
  Pieces pieces;
  ASSERT_TRUE(place(program, pool, pieces).ok());
  ASSERT_EQ(pieces.count, 2U);
  EXPECT_EQ(pieces.items[0].address, 0x40'0000U);
  EXPECT_EQ(pieces.items[0].pages.size(), 2 * page);
  EXPECT_EQ(pieces.items[1].pages.size(), page);
}

TEST(BootPlacement, PutsALargeSegmentWhereLargePagesCanMapIt) {
  PagePool pool = pool_of({{0x4000'1000, 0x5000'0000}});
  const Program program = program_of({segment_at(0x40'3000, 3 * large)});
  Pieces pieces;
  ASSERT_TRUE(place(program, pool, pieces).ok());
  ASSERT_EQ(pieces.count, 1U);
  EXPECT_EQ(pieces.items[0].pages.begin % large, 0x40'3000 % large);
}

TEST(BootPlacement, UsesAnyRunWhereNoneIsAlike) {
  PagePool pool = pool_of({{0x4000'1000, 0x4000'1000 + large}});
  const Program program = program_of({segment_at(0x40'3000, large)});
  Pieces pieces;
  EXPECT_TRUE(place(program, pool, pieces).ok());
  EXPECT_TRUE(pool.ranges().empty());
}

TEST(BootPlacement, CutsASegmentWhereNoRunIsLongEnough) {
  PagePool pool = pool_of({{0x10'0000, 0x18'0000}, {0x20'0000, 0x28'0000}});
  const Program program = program_of({segment_at(0x40'0000, 0xc'0000)});
  Pieces pieces;
  ASSERT_TRUE(place(program, pool, pieces).ok());
  ASSERT_EQ(pieces.count, 2U);
  EXPECT_EQ(pieces.items[1].address, pieces.items[0].address + pieces.items[0].pages.size());
  EXPECT_EQ(pieces.items[0].pages.size() + pieces.items[1].pages.size(), 0xc'0000U);
}

TEST(BootPlacement, RefusesWhatMemoryCannotHold) {
  PagePool pool = pool_of({{0x10'0000, 0x18'0000}});
  const Program program = program_of({segment_at(0x40'0000, u64{1} << 36)});
  Pieces pieces;
  EXPECT_EQ(place(program, pool, pieces).error(), Fault::too_little_memory);
  PagePool scattered;
  for (u64 i = 1; i < 40; ++i) EXPECT_TRUE(scattered.give({i * 2 * page, (i * 2 + 1) * page}).ok());
  Pieces many;
  EXPECT_EQ(place(program, scattered, many).error(), Fault::too_many_pieces);
}

struct PlainBytes {
  void zero(u8* to, u64 size) const { std::memset(to, 0, size); }
  void copy(u8* to, const u8* from, u64 size) const {
    if (size != 0) std::memcpy(to, from, size);
  }
};

TEST(BootContents, AreTheFilesPartAndZerosAroundIt) {
  std::vector<u8> file(0x2345);
  for (std::size_t i = 0; i < file.size(); ++i) file[i] = static_cast<u8>(1 + i % 255);
  const Segment segment = segment_at(0x40'0123, 0x5000, file);
  // Cut into pieces of every size: each must hold exactly its part.
  for (u64 cut = page; cut <= segment.page_bytes(); cut += page) {
    u64 address = segment.first_page();
    while (address <= segment.last_page()) {
      const u64 size = std::min(cut, segment.last_page() + page - address);
      const boot::Piece piece{&segment, address, {0x1'0000, 0x1'0000 + size}};
      const auto memory = std::make_unique<u8[]>(size);
      std::memset(memory.get(), 0xaa, size);
      boot::fill(piece, memory.get(), PlainBytes{});
      for (u64 i = 0; i < size; ++i) {
        const u64 offset = address + i - segment.address;  // huge before the segment
        ASSERT_EQ(memory[i], offset < file.size() ? file[offset] : 0) << cut << ' ' << address + i;
      }
      address += size;
    }
  }
}

boot::Board board_with(std::initializer_list<Range> memory) {
  boot::Board board;
  for (const Range& range : memory) EXPECT_TRUE(board.memory.insert(range));
  return board;
}

constexpr boot::Occupied occupied{.image = {0x4020'0000, 0x4024'0000},
                                  .tree = {0x4a00'0000, 0x4a00'1234},
                                  .archive = {0x4800'0000, 0x4812'3456}};

TEST(BootMemoryPlan, GivesAwayNothingThatIsInUseAndLosesNothing) {
  boot::Board board = board_with({{0x4000'0000, 0x5000'0000}});
  EXPECT_TRUE(board.reserved.insert({0x4100'0000, 0x4100'1000}));
  EXPECT_TRUE(board.reserved.insert({0x4023'0000, 0x4023'1000}));  // within the image
  boot::MemoryPlan plan;
  boot::Notices notices;
  ASSERT_TRUE(plan_memory(board, occupied, plan, notices).ok());
  const Range in_use[] = {
      occupied.image, occupied.tree, occupied.archive, {0x4100'0000, 0x4100'1000}};
  for (const Range& range : in_use) EXPECT_FALSE(plan.pool.ranges().overlaps(range));
  EXPECT_FALSE(plan.boot_only.overlaps({0x4023'0000, 0x4023'1000}));
  for (const Range& range : plan.boot_only) EXPECT_TRUE(plan.pool.give(range).ok());
  const u64 kept = Range{0x4800'0000, 0x4812'3456}.outer_pages().size() + 2 * page;
  EXPECT_EQ(plan.pool.ranges().total(), 0x1000'0000 - kept);
  EXPECT_EQ(notices.items.count, 0U);
}

TEST(BootMemoryPlan, KeepsAPageThatArchiveAndTreeShare) {
  const boot::Board board = board_with({{0x4000'0000, 0x5000'0000}});
  const boot::Occupied shared{
      .image = occupied.image, .tree = {0x4812'3800, 0x4812'4800}, .archive = occupied.archive};
  boot::MemoryPlan plan;
  boot::Notices notices;
  ASSERT_TRUE(plan_memory(board, shared, plan, notices).ok());
  EXPECT_FALSE(plan.boot_only.overlaps({0x4812'3000, 0x4812'4000}));
  EXPECT_TRUE(plan.boot_only.contains({0x4812'4000, 0x4812'5000}));
}

TEST(BootMemoryPlan, DoesNotMapWhatMustNotBeMapped) {
  boot::Board board = board_with({{0x4000'0000, 0x5000'0000}});
  EXPECT_TRUE(board.reserved.insert({0x4100'0000, 0x4200'0000}));
  EXPECT_TRUE(board.no_map.insert({0x4100'0000, 0x4200'0000}));
  boot::MemoryPlan plan;
  boot::Notices notices;
  ASSERT_TRUE(plan_memory(board, occupied, plan, notices).ok());
  EXPECT_FALSE(plan.window.overlaps({0x4100'0000, 0x4200'0000}));
  EXPECT_TRUE(plan.memory.contains({0x4000'0000, 0x5000'0000}));
}

TEST(BootMemoryPlan, WarnsOfMemoryThatTheWindowDoesNotReach) {
  constexpr u64 end = abi::layout::physical_window_size;
  const boot::Board board =
      board_with({{0x4000'0000, 0x5000'0000}, {end - page, end + page}, {2 * end, 3 * end}});
  boot::MemoryPlan plan;
  boot::Notices notices;
  ASSERT_TRUE(plan_memory(board, occupied, plan, notices).ok());
  EXPECT_EQ(plan.memory.total(), 0x1000'0000 + page);
  EXPECT_EQ(notices.items.count, 2U);
}

Fault fault_with_archive(Range archive) {
  const boot::Board board = board_with({{0x4000'0000, 0x5000'0000}});
  boot::MemoryPlan plan;
  boot::Notices notices;
  return plan_memory(board, {occupied.image, occupied.tree, archive}, plan, notices).error();
}

TEST(BootMemoryPlan, RefusesAnArchiveInTheWrongPlace) {
  EXPECT_EQ(fault_with_archive({0x3fff'f000, 0x4000'1000}), Fault::archive_outside_memory);
  EXPECT_EQ(fault_with_archive({0x4fff'f000, 0x5000'1000}), Fault::archive_outside_memory);
  EXPECT_EQ(fault_with_archive({0x4023'f000, 0x4030'0000}), Fault::archive_overlaps_boot);
  EXPECT_EQ(fault_with_archive({0x49ff'0000, 0x4a00'0001}), Fault::archive_overlaps_boot);
}

TEST(BootMemoryPlan, RefusesAnArchiveWithoutSense) {
  boot::Board board;
  EXPECT_EQ(archive_range(board).error(), Fault::archive_missing);
  board.archive_begin = 0x1000;
  EXPECT_EQ(archive_range(board).error(), Fault::archive_missing);
  board.archive_end = 0x1000;
  EXPECT_EQ(archive_range(board).error(), Fault::archive_range_damaged);
  board.archive_end = ~u64{0};
  EXPECT_EQ(archive_range(board).error(), Fault::archive_range_damaged);
  board.archive_end = 0x1001;
  EXPECT_EQ(*archive_range(board), (Range{0x1000, 0x1001}));
}

}  // namespace
