// SPDX-License-Identifier: MIT
// base/memory.cpp under other names (see meson.build), against the plainest model there is: every
// length and alignment around the word size, with guards on both sides.
#include <base/units.hpp>
#include <cstring>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

extern "C" {
void* aril_memcpy(void* to, const void* from, std::size_t count);
void* aril_memmove(void* to, const void* from, std::size_t count);
void* aril_memset(void* to, int byte, std::size_t count);
int aril_memcmp(const void* a, const void* b, std::size_t count);
std::size_t aril_strlen(const char* text);
}

namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t longest = 70;

Bytes numbered() {
  Bytes bytes(3 * longest);
  std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(1));
  return bytes;
}

TEST(Memory, CopyAndSetTouchExactlyWhatTheyShould) {
  for (std::size_t to = 0; to < 9; ++to) {
    for (std::size_t from = 0; from < 9; ++from) {
      for (std::size_t count = 0; count < longest; ++count) {
        const Bytes source = numbered();
        Bytes copied(3 * longest, 0xee);
        Bytes expected = copied;
        for (std::size_t i = 0; i < count; ++i) expected[to + i] = source[from + i];
        ASSERT_EQ(aril_memcpy(&copied[to], &source[from], count), &copied[to]);
        ASSERT_EQ(copied, expected);
        for (std::size_t i = 0; i < count; ++i) expected[to + i] = 0xa5;
        ASSERT_EQ(aril_memset(&copied[to], 0x7a5, count), &copied[to]);
        ASSERT_EQ(copied, expected);
      }
    }
  }
}

TEST(Memory, MoveIsRightHoweverTheTwoOverlap) {
  for (std::size_t to = 0; to < longest; ++to) {
    for (std::size_t count = 0; count < longest; count += 7) {
      const std::size_t from = longest / 2;
      Bytes bytes = numbered();
      Bytes expected = bytes;
      for (std::size_t i = 0; i < count; ++i) expected[to + i] = numbered()[from + i];
      ASSERT_EQ(aril_memmove(&bytes[to], &bytes[from], count), &bytes[to]);
      ASSERT_EQ(bytes, expected) << to << ' ' << count;
    }
  }
}

TEST(Memory, CompareOrdersByTheFirstDifferenceAsUnsignedBytes) {
  const unsigned char a[] = {1, 2, 200};
  const unsigned char b[] = {1, 2, 100};
  EXPECT_EQ(aril_memcmp(a, b, 2), 0);
  EXPECT_GT(aril_memcmp(a, b, 3), 0);
  EXPECT_LT(aril_memcmp(b, a, 3), 0);
  EXPECT_EQ(aril_memcmp(a, b, 0), 0);
}

TEST(Memory, LengthStopsAtTheZero) {
  EXPECT_EQ(aril_strlen(""), 0U);
  EXPECT_EQ(aril_strlen("abc\0def"), 3U);
}

}  // namespace
