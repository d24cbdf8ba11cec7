// SPDX-License-Identifier: MIT
// The one walker over three architectures' tables: entries as the manuals say, written out here bit
// by bit, and trees built and read again.
#include <algorithm>
#include <base/paging/aarch64.hpp>
#include <base/paging/riscv64.hpp>
#include <base/paging/walker.hpp>
#include <base/paging/x86_64.hpp>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>

namespace {

using namespace base;
using namespace base::paging;

constexpr u64 bit(unsigned number) { return u64{1} << number; }

struct Expectation {
  PhysAddr address;
  unsigned level;
  Attributes attributes;
  u64 entry;
};

template <class F>
void expect_entries(std::initializer_list<Expectation> expectations) {
  for (const Expectation& expected : expectations) {
    const u64 entry = F::make_page(expected.address, expected.level, expected.attributes);
    EXPECT_EQ(entry, expected.entry) << std::hex << expected.entry << " was " << entry;
    EXPECT_TRUE(F::is_present(entry));
    EXPECT_FALSE(F::is_table(entry, expected.level));
    EXPECT_EQ(F::address(entry, expected.level), expected.address);
    EXPECT_TRUE(F::attributes(entry) == expected.attributes);
  }
}

// Arm ARM, VMSAv8-64: bit 0 valid, 1 table or page, 4:2 MAIR index, 6 AP[1] user, 7 AP[2] read
// only, 9:8 shareability, 10 access flag, 11 not global, 53 PXN, 54 UXN.
TEST(Paging, Aarch64EntriesAreTheOnesOfTheManual) {
  const u64 common = bit(0) | bit(8) | bit(9) | bit(10);
  expect_entries<Aarch64>({
      {PhysAddr{0x4020'3000},
       0,
       {.user = true},
       0x4020'3000 | common | bit(1) | bit(6) | bit(7) | bit(11) | bit(53) | bit(54)},
      {PhysAddr{0x4020'3000},
       0,
       {.write = true, .user = true},
       0x4020'3000 | common | bit(1) | bit(6) | bit(11) | bit(53) | bit(54)},
      {PhysAddr{0x4020'0000},
       1,
       {.execute = true, .user = true},
       0x4020'0000 | common | bit(6) | bit(7) | bit(11) | bit(53)},
      {PhysAddr{0x4000'0000},
       2,
       {.write = true, .global = true},
       0x4000'0000 | common | bit(53) | bit(54)},
      {PhysAddr{0x4000'0000},
       1,
       {.execute = true, .global = true},
       0x4000'0000 | common | bit(7) | bit(54)},
      {PhysAddr{0x900'0000},
       0,
       {.write = true, .user = true, .device = true},
       0x900'0000 | common | bit(1) | bit(2) | bit(6) | bit(11) | bit(53) | bit(54)},
      {PhysAddr{0xffff'ffff'f000},
       0,
       {.user = true},
       0xffff'ffff'f000 | common | bit(1) | bit(6) | bit(7) | bit(11) | bit(53) | bit(54)},
  });
  EXPECT_EQ(Aarch64::make_table(PhysAddr{0x1234'5000}), 0x1234'5003U);
  EXPECT_EQ(Aarch64::mair, 0x04ffU);
}

// Privileged architecture, Sv39: bit 0 V, 1 R, 2 W, 3 X, 4 U, 5 G, 6 A, 7 D, 53:10 page number.
TEST(Paging, Riscv64EntriesAreTheOnesOfTheManual) {
  const u64 common = bit(0) | bit(1) | bit(6) | bit(7);
  expect_entries<Riscv64>({
      {PhysAddr{0x8020'3000}, 0, {.user = true}, u64{0x80203} << 10 | common | bit(4)},
      {PhysAddr{0x8020'0000},
       1,
       {.write = true, .user = true},
       u64{0x80200} << 10 | common | bit(2) | bit(4)},
      {PhysAddr{0x8000'0000},
       2,
       {.execute = true, .global = true},
       u64{0x80000} << 10 | common | bit(3) | bit(5)},
  });
  EXPECT_EQ(Riscv64::make_table(PhysAddr{0x1234'5000}), (u64{0x12345} << 10 | 1));
}

// SDM 4.5: bit 0 P, 1 R/W, 2 U/S, 4 PCD, 7 PS, 8 G, 63 XD.
TEST(Paging, X8664EntriesAreTheOnesOfTheManual) {
  expect_entries<X86_64>({
      {PhysAddr{0x20'3000}, 0, {.user = true}, 0x20'3000 | bit(0) | bit(2) | bit(63)},
      {PhysAddr{0x20'0000},
       1,
       {.write = true, .user = true},
       0x20'0000 | bit(0) | bit(1) | bit(2) | bit(7) | bit(63)},
      {PhysAddr{0x4000'0000},
       2,
       {.execute = true, .global = true},
       0x4000'0000 | bit(0) | bit(7) | bit(8)},
      {PhysAddr{0xfee0'0000},
       0,
       {.write = true, .device = true},
       0xfee0'0000 | bit(0) | bit(1) | bit(4) | bit(63)},
  });
  EXPECT_EQ(X86_64::make_table(PhysAddr{0x1234'5000}), 0x1234'5007U);
}

TEST(Paging, ZeroIsAbsentEverywhere) {
  EXPECT_FALSE(Aarch64::is_present(0));
  EXPECT_FALSE(Riscv64::is_present(0));
  EXPECT_FALSE(X86_64::is_present(0));
}

// Tables by physical address: every page of memory that a tree needs.
class Tables {
 public:
  PhysAddr make() {
    const PhysAddr at{0x10'0000 + tables_.size() * page_size};
    tables_[at.value()] = std::make_unique<std::array<u64, entries_per_table>>();
    return at;
  }
  [[nodiscard]] u64* table(PhysAddr at) const { return tables_.at(at.value())->data(); }

 private:
  std::map<u64, std::unique_ptr<std::array<u64, entries_per_table>>> tables_;
};

struct Window {
  const Tables* tables;
  [[nodiscard]] u64* table(PhysAddr at) const { return tables->table(at); }
};

template <class F>
class PagingTree : public testing::Test {
 public:
  static constexpr unsigned address_bits = page_bits + index_bits * F::levels;

  // Maps one page of the level, making tables on the way. False: something is in the way.
  bool map(VirtAddr at, PhysAddr physical, unsigned level, Attributes attributes) {
    for (;;) {
      const Position place = walker_.find(at, level);
      if (F::is_present(*place.entry)) return false;
      if (place.level == level) {
        *place.entry = F::make_page(physical, level, attributes);
        return true;
      }
      *place.entry = F::make_table(tables_.make());
    }
  }

  // The hardware's way, in other words than the walker's.
  std::optional<PhysAddr> hardware_walk(VirtAddr at) {
    PhysAddr table = root_;
    for (unsigned level = F::levels; level-- != 0;) {
      const u64 entry = tables_.table(table)[at.value() >> (12 + 9 * level) & 511];
      if (!F::is_present(entry)) return std::nullopt;
      if (!F::is_table(entry, level))
        return PhysAddr{F::address(entry, level).value() + at.value() % (u64{4096} << (9 * level))};
      table = F::address(entry, level);
    }
    return std::nullopt;
  }

  Tables tables_;
  PhysAddr root_ = tables_.make();
  Walker<F, Window> walker_{root_, Window{&tables_}};
};

using Formats = testing::Types<Aarch64, Riscv64, X86_64>;
TYPED_TEST_SUITE(PagingTree, Formats);

TYPED_TEST(PagingTree, WhatIsMappedIsTranslatedOnEveryLevelAndNothingElseIs) {
  std::mt19937_64 random{1};
  struct Page {
    u64 start;
    u64 size;
    u64 physical;
  };
  std::vector<Page> pages;
  for (int i = 0; i < 400; ++i) {
    const auto level = static_cast<unsigned>(random() % 3);
    const u64 size = entry_size(level);
    const u64 start = random() & mask_of(TestFixture::address_bits) & ~(size - 1);
    const u64 physical = random() & mask_of(40) & ~(size - 1);
    const bool is_free = std::ranges::none_of(pages, [&](const Page& page) {
      return start < page.start + page.size && page.start < start + size;
    });
    const bool mapped = this->map(VirtAddr{start}, PhysAddr{physical}, level, {.user = true});
    // A large page may also be refused because of a table there that maps nothing of it.
    if (mapped) EXPECT_TRUE(is_free);
    if (mapped) pages.push_back({start, size, physical});
  }
  ASSERT_GT(pages.size(), 200U);
  for (int i = 0; i < 20'000; ++i) {
    u64 at = random() & mask_of(TestFixture::address_bits);
    if (i % 2 == 0) at = pages[random() % pages.size()].start + random() % page_size;
    std::optional<PhysAddr> expected;
    for (const Page& page : pages)
      if (at - page.start < page.size) expected = PhysAddr{page.physical + (at - page.start)};
    EXPECT_EQ(this->walker_.translate(VirtAddr{at}), expected);
    EXPECT_EQ(this->hardware_walk(VirtAddr{at}), expected);
  }
}

TYPED_TEST(PagingTree, FindStopsAtTheLowestLevelThatIsAskedForAndAtLargePages) {
  this->map(VirtAddr{0x4000'1000}, PhysAddr{0x1000}, 0, {});
  this->map(VirtAddr{0x20'0000}, PhysAddr{0x20'0000}, 1, {});
  EXPECT_EQ(this->walker_.find(VirtAddr{0x4000'1000}).level, 0U);
  EXPECT_EQ(this->walker_.find(VirtAddr{0x4000'1000}, 1).level, 1U);
  EXPECT_EQ(this->walker_.find(VirtAddr{0x20'1000}).level, 1U);
  EXPECT_EQ(this->walker_.find(VirtAddr{0x7f'0000'0000}).level, 2U) << "absent there";
  EXPECT_EQ(this->walker_.find(VirtAddr{0x4000'1000}).entries_left(VirtAddr{0x4000'1000}), 511U);
}

TYPED_TEST(PagingTree, TheLargestLevelIsWhatAlignmentOfBothAndLengthAllow) {
  const auto level = [](u64 at, u64 physical, u64 length) {
    return largest_level<TypeParam>(VirtAddr{at}, PhysAddr{physical}, length);
  };
  EXPECT_EQ(level(0x4000'0000, 0x8000'0000, gib), 2U);
  EXPECT_EQ(level(0x4000'0000, 0x8000'0000, gib - 1), 1U);
  EXPECT_EQ(level(0x4020'0000, 0x8000'0000, gib), 1U);
  EXPECT_EQ(level(0x4000'0000, 0x8000'1000, gib), 0U);
  EXPECT_EQ(level(0x1000, 0x1000, page_size), 0U);
}

}  // namespace
