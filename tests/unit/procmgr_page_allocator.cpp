// SPDX-License-Identifier: MIT
// The allocator of physical pages, beside a plain set of what is in use.
#include <bit>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <servers/procmgr/memory/page_allocator.hpp>
#include <vector>

namespace {

using namespace procmgr;

struct PageAllocatorTest : testing::Test {
  std::vector<PageRecord> records;
  PageAllocator pages;

  void make(u64 first_page, u64 count) {
    records.resize(count);
    pages.initialise(records, first_page);
  }
  void expect_sound() { ASSERT_STREQ(pages.check(), nullptr); }
};

TEST_F(PageAllocatorTest, WhatNobodyAddedIsNotThere) {
  make(0x40000, 1024);
  expect_sound();
  EXPECT_EQ(pages.total_pages(), 0U);
  EXPECT_EQ(pages.allocate(0).error(), abi::Error::no_memory);
}

TEST_F(PageAllocatorTest, AnyRangeIsCutIntoAlignedRuns) {
  make(0x40001, 1000);
  pages.add(0x40003, 777);
  expect_sound();
  EXPECT_EQ(pages.free_pages(), 777U);
  for (u64 i = 0; i < 777; ++i) {
    const auto page = pages.allocate(0);
    ASSERT_TRUE(page.ok());
    EXPECT_GE(*page, 0x40003U);
    EXPECT_LT(*page, 0x40003U + 777);
  }
  expect_sound();
  EXPECT_EQ(pages.free_pages(), 0U);
  EXPECT_FALSE(pages.allocate(0).ok());
}

TEST_F(PageAllocatorTest, PagesThatComeBackMergeIntoTheLargestRun) {
  make(0x40000, u64{1} << 18);
  pages.add(0x40000, u64{1} << 18);
  std::vector<u64> taken;
  for (u64 i = 0; i < 1000; ++i) taken.push_back(*pages.allocate(0));
  EXPECT_FALSE(pages.allocate(PageAllocator::max_order).ok());
  expect_sound();
  for (const u64 page : taken) pages.free(page, 0);
  expect_sound();
  EXPECT_EQ(*pages.allocate(PageAllocator::max_order), 0x40000U);
  EXPECT_FALSE(pages.allocate(PageAllocator::max_order + 1).ok());
}

TEST_F(PageAllocatorTest, ARunMayComeBackInParts) {
  make(0, 16);
  pages.add(0, 16);
  const u64 run = *pages.allocate(4);
  for (const u64 page : {5U, 0U, 3U, 1U, 7U, 6U, 2U, 4U}) pages.free(run + page, 0);
  expect_sound();
  pages.free(run + 8, 3);
  expect_sound();
  EXPECT_EQ(*pages.allocate(4), run);
}

TEST_F(PageAllocatorTest, TheLastPageFreedIsTheFirstGiven) {
  make(0x1000, 64);
  pages.add(0x1000, 64);
  const u64 first = *pages.allocate(0);
  const u64 second = *pages.allocate(0);
  const u64 third = *pages.allocate(0);
  pages.free(first, 0);
  EXPECT_EQ(*pages.allocate(0), first);
  pages.free(third, 0);
  EXPECT_EQ(*pages.allocate(0), third);
  EXPECT_NE(second, third);
}

TEST_F(PageAllocatorTest, RunsDoNotMergeAcrossMemoryThatIsAbsent) {
  make(0x100, 64);
  pages.add(0x100, 8);
  pages.add(0x110, 8);
  expect_sound();
  EXPECT_FALSE(pages.allocate(4).ok());
  EXPECT_TRUE(pages.allocate(3).ok());
  EXPECT_TRUE(pages.allocate(3).ok());
  EXPECT_FALSE(pages.allocate(0).ok());
}

TEST_F(PageAllocatorTest, CheckFindsAPageFreedTwice) {
  make(0, 16);
  pages.add(0, 16);
  const u64 page = *pages.allocate(0);
  pages.free(page, 0);
  pages.free(page, 0);
  EXPECT_NE(pages.check(), nullptr);
}

// Every page belongs to whoever got it last, and to nobody else.
TEST_F(PageAllocatorTest, RandomOperationsKeepEveryPageInOneHand) {
  const u64 seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  constexpr u64 first_page = 0x7ffd;
  constexpr u64 count = 5000;
  make(first_page, count);
  pages.add(first_page + 1, 2000);
  pages.add(first_page + 2100, 2900);
  std::vector<bool> used(count);
  std::vector<std::pair<u64, unsigned>> runs;
  u64 used_pages = 0;
  for (u64 i = 0; i < 200'000; ++i) {
    if (random() % 100 < (i / 20'000 % 2 == 0 ? 60 : 40)) {
      const auto order = static_cast<unsigned>(std::countr_zero(random() | 1 << 9));
      const auto page = pages.allocate(order);
      if (!page.ok()) continue;
      ASSERT_EQ(*page % (u64{1} << order), 0U);
      for (u64 index = *page - first_page; index < *page - first_page + (u64{1} << order);
           ++index) {
        ASSERT_TRUE(index >= 1 && index < count && (index < 2001 || index >= 2100));
        ASSERT_FALSE(used[index]);
        used[index] = true;
      }
      used_pages += u64{1} << order;
      runs.emplace_back(*page, order);
    } else if (!runs.empty()) {
      std::swap(runs[random() % runs.size()], runs.back());
      const auto [page, order] = runs.back();
      runs.pop_back();
      for (u64 index = 0; index < u64{1} << order; ++index) used[page - first_page + index] = false;
      used_pages -= u64{1} << order;
      pages.free(page, order);
    }
    ASSERT_EQ(pages.free_pages(), pages.total_pages() - used_pages);
    if (i % 500 == 0) expect_sound();
  }
  for (const auto& [page, order] : runs) pages.free(page, order);
  expect_sound();
  EXPECT_EQ(pages.free_pages(), 4900U);
}

}  // namespace
