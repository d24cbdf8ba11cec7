// SPDX-License-Identifier: MIT
#include <bitset>
#include <boot/decode/range_list.hpp>
#include <gtest/gtest.h>
#include <random>

namespace {

using boot::Range;
using boot::RangeList;

TEST(RangeTest, RefusesWhatWrapsOrLiesAboveEveryPhysicalAddress) {
  EXPECT_TRUE(Range::from(0, boot::physical_end));
  EXPECT_FALSE(Range::from(1, boot::physical_end));
  EXPECT_FALSE(Range::from(~boot::u64{0}, 2));
  EXPECT_FALSE(Range::from(boot::physical_end + 1, 0));
  EXPECT_TRUE(Range::from(boot::physical_end, 0));
}

TEST(RangeTest, RoundsMemoryInwardAndObstaclesOutward) {
  EXPECT_EQ((Range{0x1001, 0x3fff}.inner_pages()), (Range{0x2000, 0x3000}));
  EXPECT_EQ((Range{0x1001, 0x3fff}.outer_pages()), (Range{0x1000, 0x4000}));
  EXPECT_TRUE((Range{0x1001, 0x1fff}.inner_pages()).empty());
  EXPECT_EQ((Range{0x1000, 0x2000}.inner_pages()), (Range{0x1000, 0x2000}));
}

TEST(RangeListTest, MergesWhatTouches) {
  RangeList<8> list;
  EXPECT_TRUE(list.insert({10, 20}));
  EXPECT_TRUE(list.insert({30, 40}));
  EXPECT_EQ(list.size(), 2U);
  EXPECT_TRUE(list.insert({20, 30}));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0], (Range{10, 40}));
}

TEST(RangeListTest, CutsARangeInTwo) {
  RangeList<8> list;
  EXPECT_TRUE(list.insert({10, 40}));
  EXPECT_TRUE(list.remove({20, 30}));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0], (Range{10, 20}));
  EXPECT_EQ(list[1], (Range{30, 40}));
}

TEST(RangeListTest, ChangesNothingWhenItIsFull) {
  RangeList<2> list;
  EXPECT_TRUE(list.insert({10, 20}));
  EXPECT_TRUE(list.insert({30, 40}));
  EXPECT_FALSE(list.insert({50, 60}));
  EXPECT_FALSE(list.remove({12, 15}));
  EXPECT_EQ(list.total(), 20U);
  EXPECT_TRUE(list.insert({15, 45}));  // merging needs no room
  EXPECT_EQ(list.size(), 1U);
}

TEST(RangeListTest, TakesNoNoticeOfEmptyRanges) {
  RangeList<2> list;
  EXPECT_TRUE(list.insert({10, 10}));
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(list.insert({10, 20}));
  EXPECT_TRUE(list.remove({15, 15}));
  EXPECT_EQ(list.size(), 1U);
}

// A set of small numbers, the plain way.
using Model = std::bitset<256>;

std::size_t runs_in(const Model& model) {
  std::size_t runs = 0;
  for (std::size_t i = 0; i < model.size(); ++i)
    if (model[i] && (i == 0 || !model[i - 1])) ++runs;
  return runs;
}

TEST(RangeListTest, AgreesWithASetOfNumbersInRandomOperations) {
  std::mt19937 random(1);  // NOLINT: the same operations in every run
  RangeList<12> list;
  Model model;
  for (int step = 0; step < 100'000; ++step) {
    const std::size_t begin = random() % 256;
    const std::size_t end = std::min<std::size_t>(256, begin + random() % 24);
    const bool insert = random() % 2 == 0;
    Model wanted = model;
    for (std::size_t i = begin; i < end; ++i) wanted[i] = insert;
    const bool done = insert ? list.insert({begin, end}) : list.remove({begin, end});
    ASSERT_EQ(done, runs_in(wanted) <= 12) << "step " << step;
    if (done) model = wanted;
    ASSERT_EQ(list.size(), runs_in(model));
    ASSERT_EQ(list.total(), model.count());
    for (const Range& range : list)
      for (std::size_t i = range.begin; i < range.end; ++i) ASSERT_TRUE(model[i]);
  }
}

}  // namespace
