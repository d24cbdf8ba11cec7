// SPDX-License-Identifier: MIT
// Arenas: what was given out stays as it is, is nobody else's, and goes back.
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <libipc/memory/arena.hpp>
#include <libipc/memory/pages.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

using abi::u64;
using ipc::Arena;

// Pages that the arenas of this process hold, and how many they may hold.
u64 pages_held = 0;
u64 most_pages = std::numeric_limits<u64>::max();

struct LibipcArena : testing::Test {
  LibipcArena() { most_pages = std::numeric_limits<u64>::max(); }
  ~LibipcArena() override { EXPECT_EQ(pages_held, 0U); }
};

}  // namespace

namespace ipc {

std::span<std::byte> take_pages(u64 bytes) {
  EXPECT_EQ(bytes % base::page_size, 0U);
  if (bytes / base::page_size > most_pages - pages_held) return {};
  pages_held += bytes / base::page_size;
  return {static_cast<std::byte*>(std::aligned_alloc(base::page_size, bytes)), bytes};
}

void give_pages(std::span<std::byte> pages) {
  pages_held -= pages.size() / base::page_size;
  std::free(pages.data());
}

}  // namespace ipc

namespace {

TEST_F(LibipcArena, GivesAlignedPiecesThatAreNew) {
  Arena arena;
  arena.allocate<char>(3);
  const auto words = arena.allocate<u64>(5);
  ASSERT_EQ(words.size(), 5U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(words.data()) % alignof(u64), 0U);
  for (const u64 word : words) EXPECT_EQ(word, 0U);
}

TEST_F(LibipcArena, PiecesStayWhatTheyAre) {
  Arena arena;
  std::mt19937_64 random{1};
  std::vector<std::pair<std::string_view, std::string>> pieces;
  for (int i = 0; i < 2'000; ++i) {
    std::string text(random() % 3'000, static_cast<char>('a' + i % 26));
    const auto copy = arena.copy(text);
    ASSERT_NE(copy.data(), nullptr);
    EXPECT_EQ(copy.data()[copy.size()], '\0');
    pieces.emplace_back(copy, std::move(text));
  }
  for (const auto& [copy, text] : pieces) ASSERT_EQ(copy, text);
}

TEST_F(LibipcArena, RewindsToAMark) {
  Arena arena;
  const auto kept = arena.copy("kept");
  const auto mark = arena.mark();
  for (int i = 0; i < 300; ++i) arena.allocate<std::byte>(10'000);
  EXPECT_GT(pages_held, 700U);
  arena.rewind(mark);
  EXPECT_LT(pages_held, 700U);
  EXPECT_EQ(kept, "kept");
  const auto first = arena.allocate<char>(8);
  arena.rewind(mark);
  EXPECT_EQ(arena.allocate<char>(8).data(), first.data());
  arena.rewind({});
  EXPECT_EQ(pages_held, 0U);
}

TEST_F(LibipcArena, ALoopAtTheBorderOfAChunkTakesNoNewPages) {
  Arena arena;
  arena.allocate<std::byte>(65'000);
  const auto mark = arena.mark();
  arena.allocate<std::byte>(100'000);
  const u64 before = pages_held;
  for (int i = 0; i < 100; ++i) {
    arena.rewind(mark);
    ASSERT_EQ(arena.allocate<std::byte>(100'000).size(), 100'000U);
    ASSERT_EQ(pages_held, before);
  }
}

TEST_F(LibipcArena, WithoutMemoryNothingIsGivenAndNothingLost) {
  Arena arena;
  most_pages = 20;
  const auto kept = arena.copy("kept");
  EXPECT_TRUE(arena.allocate<std::byte>(base::mib).empty());
  EXPECT_FALSE(arena.allocate<std::byte>(1'000).empty());
  EXPECT_EQ(kept, "kept");
  most_pages = pages_held;
  Arena other;
  EXPECT_EQ(other.copy("text").data(), nullptr);
}

TEST_F(LibipcArena, TooMuchIsRefusedWhateverItsSize) {
  Arena arena;
  EXPECT_TRUE(arena.allocate<u64>(std::numeric_limits<u64>::max()).empty());
  EXPECT_TRUE(arena.allocate<u64>(std::numeric_limits<u64>::max() / 8).empty());
  EXPECT_TRUE(arena.allocate<std::byte>(Arena::max_piece + 1).empty());
  EXPECT_EQ(arena.allocate<std::byte>(Arena::max_piece).size(), Arena::max_piece);
}

TEST_F(LibipcArena, ExtendsTheLastPieceWhereItStandsAndCopiesOthers) {
  Arena arena;
  const auto first = arena.allocate<char>(10);
  const auto longer = arena.extend(first, 100);
  EXPECT_EQ(longer.data(), first.data());
  EXPECT_EQ(longer.size(), 100U);
  std::memcpy(longer.data(), "text", 4);
  arena.allocate<char>(1);
  const auto copy = arena.extend(longer, 200'000);
  ASSERT_EQ(copy.size(), 200'000U);
  EXPECT_NE(copy.data(), longer.data());
  EXPECT_EQ((std::string_view{copy.data(), 4}), "text");
  EXPECT_FALSE(arena.extend({}, 5).empty());
}

}  // namespace
