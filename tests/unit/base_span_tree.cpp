// SPDX-License-Identifier: MIT
// The tree of address ranges, beside a std::map of the same ranges.
#include <base/span_tree.hpp>
#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>

namespace {

using namespace base;

constexpr u64 page = page_size;

struct SpanTreeTest : testing::Test {
  SpanTree tree;
  std::map<u64, std::unique_ptr<Span>> model;  // by start

  Span& add(u64 start, u64 pages) {
    auto span = std::make_unique<Span>();
    span->start = start;
    span->length = pages * page;
    tree.insert(*span);
    return *(model[start] = std::move(span));
  }
  void drop(Span& span) {
    tree.remove(span);
    model.erase(span.start);
  }
  [[nodiscard]] Span* first_ending_above(u64 address) const {
    auto place = model.upper_bound(address);
    if (place != model.begin() && std::prev(place)->second->end() > address) --place;
    return place == model.end() ? nullptr : place->second.get();
  }
  // By trying all gaps from above.
  [[nodiscard]] std::optional<u64> find_gap(u64 length, u64 low, u64 high) const {
    u64 end = high;
    for (auto place = model.rbegin(); place != model.rend(); ++place) {
      const u64 start = std::max(place->second->end(), low);
      if (end >= start && end - start >= length) return end - length;
      end = std::min(end, place->first);
    }
    if (end >= low && end - low >= length) return end - length;
    return std::nullopt;
  }
  void expect_sound() {
    ASSERT_STREQ(tree.check(), nullptr);
    ASSERT_EQ(tree.count(), model.size());
    const Span* span = tree.first_ending_above(0);
    for (const auto& [start, expected] : model) {
      ASSERT_EQ(span, expected.get());
      ASSERT_EQ(span->start, start);
      span = tree.next(*span);
    }
    ASSERT_EQ(span, nullptr);
  }
};

TEST_F(SpanTreeTest, AnEmptyTreeIsOneGap) {
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(tree.find(page), nullptr);
  EXPECT_FALSE(tree.overlaps(0, ~u64{0}));
  EXPECT_EQ(tree.find_gap(page, page, 9 * page, page), 8 * page);
  EXPECT_EQ(tree.find_gap(8 * page, page, 9 * page, page), page);
  EXPECT_EQ(tree.find_gap(9 * page, page, 9 * page, page), std::nullopt);
  EXPECT_EQ(tree.find_gap(page, 9 * page, page, page), std::nullopt);
}

TEST_F(SpanTreeTest, ASpanIsFoundByEachOfItsAddresses) {
  const Span& low = add(0x10000, 2);
  const Span& high = add(0x20000, 1);
  EXPECT_EQ(tree.find(0xffff), nullptr);
  EXPECT_EQ(tree.find(0x10000), &low);
  EXPECT_EQ(tree.find(0x11fff), &low);
  EXPECT_EQ(tree.find(0x12000), nullptr);
  EXPECT_EQ(tree.first_ending_above(0x12000), &high);
  EXPECT_EQ(tree.first_ending_above(0x21000), nullptr);
  EXPECT_EQ(tree.last_starting_below(0x20000), &low);
  EXPECT_EQ(tree.last_starting_below(0x10000), nullptr);
  EXPECT_EQ(tree.next(low), &high);
  EXPECT_EQ(tree.previous(high), &low);
  EXPECT_EQ(tree.previous(low), nullptr);
}

TEST_F(SpanTreeTest, TouchingIsNotOverlapping) {
  add(0x10000, 2);
  EXPECT_FALSE(tree.overlaps(0xf000, page));
  EXPECT_FALSE(tree.overlaps(0x12000, page));
  EXPECT_FALSE(tree.overlaps(0x11000, 0));
  EXPECT_TRUE(tree.overlaps(0xf000, 2 * page));
  EXPECT_TRUE(tree.overlaps(0x11000, page));
  EXPECT_TRUE(tree.overlaps(0, ~u64{0}));
}

TEST_F(SpanTreeTest, AGapIsCutByTheWindow) {
  add(4 * page, 2);
  add(20 * page, 2);
  EXPECT_EQ(tree.find_gap(14 * page, 0, 22 * page, page), 6 * page);
  EXPECT_EQ(tree.find_gap(14 * page, 7 * page, 22 * page, page), std::nullopt);
  EXPECT_EQ(tree.find_gap(4 * page, 0, 21 * page, page), 16 * page);
  EXPECT_EQ(tree.find_gap(4 * page, 0, 9 * page, page), page * 0);
  EXPECT_EQ(tree.find_gap(3 * page, 0, 24 * page, page), 17 * page);
  EXPECT_EQ(tree.find_gap(page, 4 * page, 6 * page, page), std::nullopt);
}

TEST_F(SpanTreeTest, AnAlignmentIsKept) {
  add(0x20'0000 * 7, 1);
  const auto gap = tree.find_gap(0x20'0000, page, 0x20'0000 * 7, 0x20'0000);
  EXPECT_EQ(gap, 0x20'0000U * 6);
  EXPECT_EQ(tree.find_gap(~u64{0} - page + 1, 0, ~u64{0}, u64{1} << 40), std::nullopt);
}

TEST_F(SpanTreeTest, RowsThatRiseOrFallStayEven) {
  for (u64 i = 0; i < 1000; ++i) add((i + 1) * 2 * page, 1);
  expect_sound();
  for (u64 i = 0; i < 1000; i += 2) drop(*model[(i + 1) * 2 * page]);
  expect_sound();
  for (u64 i = 3000; i > 2000; --i) add(i * 2 * page, 1);
  expect_sound();
  while (!model.empty()) drop(*model.begin()->second);
  EXPECT_TRUE(tree.empty());
}

TEST_F(SpanTreeTest, CheckFindsASpanThatWasChangedBehindItsBack) {
  add(4 * page, 1);
  Span& span = add(8 * page, 1);
  span.length += page;
  EXPECT_NE(tree.check(), nullptr);
}

struct SpanTreeGame : SpanTreeTest {
  static constexpr u64 pages = 1024;
  std::mt19937_64 random;

  void ask() {
    const u64 address = random() % (pages * page);
    ASSERT_EQ(tree.first_ending_above(address), first_ending_above(address));
    const u64 low = random() % pages * page;
    const u64 high = low + random() % pages * page;
    const u64 length = (1 + random() % 24) * page;
    ASSERT_EQ(tree.find_gap(length, low, high, page), find_gap(length, low, high));
    const u64 alignment = page << random() % 6;
    if (const auto gap = tree.find_gap(length, low, high, alignment)) {
      ASSERT_EQ(*gap % alignment, 0U);
      ASSERT_FALSE(tree.overlaps(*gap, length));
      ASSERT_TRUE(*gap >= low && *gap + length <= high);
    } else {
      ASSERT_EQ(find_gap(length + alignment - page, low, high), std::nullopt);
    }
  }
  void change(u64 crowd) {
    const u64 start = (1 + random() % pages) * page;
    const u64 length = 1 + random() % 12;
    Span* span = first_ending_above(start);
    if (!tree.overlaps(start, length * page)) {
      if (model.size() < crowd) add(start, length);
    } else if (random() % 2 == 0 && model.size() > crowd / 2) {
      drop(*span);
    } else {
      move(*span);
    }
  }
  // Anywhere between its neighbours.
  void move(Span& span) {
    const Span* before = tree.previous(span);
    const Span* after = tree.next(span);
    const u64 low = before == nullptr ? page : before->end();
    const u64 high = after == nullptr ? (pages + 16) * page : after->start;
    const u64 start = low + random() % ((high - low) / page) * page;
    const u64 length = (1 + random() % ((high - start) / page)) * page;
    auto node = model.extract(span.start);
    node.key() = start;
    model.insert(std::move(node));
    tree.resize(span, start, std::min(length, 20 * page));
  }
};

TEST_F(SpanTreeGame, AMillionOperationsAgreeWithAMap) {
  const u64 seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  random.seed(seed);
  for (u64 i = 0; i < 1'000'000 && !HasFatalFailure(); ++i) {
    change(i / 100'000 % 2 == 0 ? 150 : 20);
    if (i % 8 == 0) ask();
    if (i % 1000 == 0) expect_sound();
  }
  while (!model.empty()) drop(*model.begin()->second);
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(tree.count(), 0U);
}

}  // namespace
