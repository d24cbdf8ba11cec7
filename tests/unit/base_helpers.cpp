// SPDX-License-Identifier: MIT
// Bits, lists, text, results: the small things that everything stands on.
#include <base/bits.hpp>
#include <base/list.hpp>
#include <base/result.hpp>
#include <base/text.hpp>
#include <gtest/gtest.h>
#include <list>
#include <random>

namespace {

using namespace base;

TEST(Bits, AlignmentRoundsBothWaysAndSaysWhenItCannot) {
  EXPECT_EQ(align_down(0x1fff, 0x1000), 0x1000U);
  EXPECT_EQ(align_up(0x1001, 0x1000), 0x2000U);
  EXPECT_EQ(align_up(0x1000, 0x1000), 0x1000U);
  EXPECT_EQ(align_up(0, 0x1000), 0U);
  EXPECT_EQ(align_up(~u64{0}, 2), std::nullopt);
  EXPECT_EQ(align_up(~u64{0} - 0xfff, 0x1000), ~u64{0} - 0xfff);
  EXPECT_TRUE(is_aligned(0, 64));
  EXPECT_FALSE(is_aligned(32, 64));
}

TEST(Bits, CheckedArithmeticNeverWraps) {
  EXPECT_EQ(checked_add(~u64{0}, 0), ~u64{0});
  EXPECT_EQ(checked_add(~u64{0}, 1), std::nullopt);
  EXPECT_EQ(checked_multiply(u64{1} << 32, u64{1} << 31), u64{1} << 63);
  EXPECT_EQ(checked_multiply(u64{1} << 32, u64{1} << 32), std::nullopt);
}

TEST(Bits, FieldsAndLogarithmsCoverAllOf64Bits) {
  EXPECT_EQ(mask_of(0), 0U);
  EXPECT_EQ(mask_of(64), ~u64{0});
  EXPECT_EQ(field(0xabcd'0000'0000'0000, 48, 16), 0xabcdU);
  for (unsigned i = 0; i < 64; ++i) {
    EXPECT_EQ(floor_log2(u64{1} << i), i);
    EXPECT_EQ(floor_log2((u64{1} << i) | 1), i);
  }
}

struct Element {
  Link<Element> link;
  int number = 0;
};
using Elements = List<Element, &Element::link>;

TEST(List, RandomOperationsGiveTheOrderOfAStandardList) {
  std::mt19937_64 random{1};
  std::array<Element, 12> elements;
  Elements list;
  std::list<Element*> model;
  for (int i = 0; i < 100'000; ++i) {
    Element* element = &elements[random() % elements.size()];
    if (Elements::contains(element)) {
      list.remove(element);
      model.remove(element);
    } else if (random() % 2 == 0) {
      list.push_back(element);
      model.push_back(element);
    } else {
      list.push_front(element);
      model.push_front(element);
    }
    if (random() % 16 == 0) {
      Element* first = model.empty() ? nullptr : model.front();
      ASSERT_EQ(list.pop_front(), first);
      if (first != nullptr) model.pop_front();
    }
    ASSERT_EQ(list.empty(), model.empty());
    const Element* at = list.front();
    for (const Element* expected : model) {
      ASSERT_EQ(at, expected);
      at = list.next(at);
    }
    ASSERT_EQ(at, nullptr);
  }
}

TEST(Text, NumbersAreWrittenWhole) {
  Text<200> text;
  text << u64{0} << ' ' << ~u64{0} << ' ' << -5 << ' ' << std::int64_t{INT64_MIN} << ' ' << Hex{0}
       << ' ' << Hex{0xabc} << ' ' << Hex{0x1, 4} << ' ' << Hex{~u64{0}};
  EXPECT_EQ(text.view(),
            "0 18446744073709551615 -5 -9223372036854775808 0x0 0xabc 0x0001 "
            "0xffffffffffffffff");
  EXPECT_FALSE(text.truncated());
}

TEST(Text, WhatDoesNotFitEndsInDotsAndWritesNothingBehindTheBuffer) {
  char buffer[12];
  std::ranges::fill(buffer, '#');
  TextWriter writer{std::span{buffer, 8}};
  writer << "exactly8";
  EXPECT_FALSE(writer.truncated());
  writer << "more";
  EXPECT_TRUE(writer.truncated());
  EXPECT_EQ(writer.view(), "exact...");
  EXPECT_EQ(buffer[8], '#');
  TextWriter none{std::span<char>{}};
  none << "x" << 1;
  EXPECT_EQ(none.view(), "");
  EXPECT_TRUE(none.truncated());
}

enum class Mistake { none, bad };

Result<int, Mistake> half(int number) {
  if (number % 2 != 0) return Mistake::bad;
  return number / 2;
}
Result<int, Mistake> quarter(int number) {
  const int halved = TRY(half(number));
  return half(halved);
}
Result<void, Mistake> check(int number) {
  TRY(quarter(number));
  return {};
}

TEST(Result, ErrorsTravelUpwardThroughTry) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error(), Mistake::bad);
  EXPECT_EQ(quarter(7).error(), Mistake::bad);
  EXPECT_TRUE(check(8).ok());
  EXPECT_FALSE(check(2).ok());
}

}  // namespace
