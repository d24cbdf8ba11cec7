// SPDX-License-Identifier: MIT
// Numbers of open files, and random bytes.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <servers/vfs/devices/random.hpp>
#include <servers/vfs/session/open_file.hpp>
#include <tests/unit/vfs_world.hpp>

namespace {

using namespace vfs_test;

TEST(VfsOpenTable, NumbersAreTheLowestThatAreFree) {
  Pages pages;
  Store store{pages.source()};
  OpenTable table;
  OpenFile file;
  std::map<u64, bool> used;
  std::mt19937_64 random{3};
  for (int i = 0; i < 20'000; ++i) {
    const u64 wanted = random() % 3'000;
    switch (random() % 4) {
      case 0:
      case 1: {
        const auto number = table.make_room(store);
        ASSERT_TRUE(number.ok());
        u64 lowest = 0;
        for (auto at = used.begin(); at != used.end() && at->first == lowest; ++at) ++lowest;
        ASSERT_EQ(*number, lowest);
        table.put(*number, file);
        used[*number] = true;
        break;
      }
      case 2:
        ASSERT_TRUE(table.make_room_at(wanted, store).ok());
        ASSERT_EQ(table.find(wanted) != nullptr, used.contains(wanted));
        if (used.contains(wanted)) table.remove(wanted);
        used.erase(wanted);
        break;
      case 3:
        ASSERT_EQ(table.find(wanted) != nullptr, used.contains(wanted));
        if (used.contains(wanted)) break;
        ASSERT_TRUE(table.make_room_at(wanted, store).ok());
        table.put(wanted, file);
        used[wanted] = true;
        break;
    }
    const auto next = used.lower_bound(wanted);
    ASSERT_EQ(table.next(wanted), next == used.end() ? OpenTable::max_number : next->first);
    ASSERT_EQ(table.count(), used.size());
  }
  for (u64 number = table.any(); number != OpenTable::max_number; number = table.any()) {
    ASSERT_EQ(used.erase(number), 1U);
    table.remove(number);
  }
  EXPECT_TRUE(used.empty());
  table.end(store);
  EXPECT_EQ(store.blocks(), 0U);
}

TEST(VfsOpenTable, ItHasAnEndAndNeedsMemory) {
  Pages pages{1};
  Store store{pages.source()};
  OpenTable table;
  EXPECT_EQ(table.find(5), nullptr);
  EXPECT_EQ(table.find(~u64{0}), nullptr);
  EXPECT_EQ(table.make_room_at(OpenTable::max_number, store).error().error, Error::out_of_range);
  EXPECT_EQ(table.make_room_at(OpenTable::numbers_first, store).error().error, Error::over_quota);
  EXPECT_EQ(*table.make_room(store), 0U);
  table.end(store);
}

// RFC 8439, 2.3.2.
TEST(VfsRandom, TheStreamIsChaCha20) {
  u32 state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (u32 i = 0; i < 8; ++i) state[4 + i] = 0x03020100 + i * 0x04040404;
  state[12] = 1;
  state[13] = 0x09000000;
  state[14] = 0x4a000000;
  u32 block[16];
  chacha20_block(state, block);
  const u32 expected[16] = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033,
                            0x9aaa2204, 0x4e6cd4c3, 0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                            0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
  EXPECT_TRUE(std::ranges::equal(block, expected));
}

TEST(VfsRandom, NoRequestGetsWhatAnotherGot) {
  const u64 seed[2] = {1, 2};
  seed_random(seed);
  u8 first[200];
  u8 second[200];
  fill_random(first);
  fill_random(second);
  EXPECT_FALSE(std::ranges::equal(first, second));
  seed_random(seed);
}

}  // namespace
