// SPDX-License-Identifier: MIT
// The kernel's half of the address space, built in the host's memory and read back.
#include <boot/memory/kernel_space.hpp>
#include <boot_tree.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <random>

namespace {

using base::PhysAddr;
using base::VirtAddr;
using base::paging::Attributes;
using boot::Fault;
using boot::Format;
using boot::Range;
using boot_test::u64;
using boot_test::u8;

namespace layout = abi::layout;

constexpr u64 page = base::page_size;
constexpr u64 large = base::paging::entry_size(1);

// Tables at a made-up physical address, which `offset` leads from to the host's memory.
class Tables {
 public:
  explicit Tables(u64 count)
      : memory_(static_cast<u8*>(std::aligned_alloc(page, count * page)), &std::free),
        pages_{physical, physical + count * page} {
    std::fill_n(memory_.get(), count * page, u8{0});
  }

  [[nodiscard]] Range pages() const { return pages_; }
  [[nodiscard]] u64 offset() const { return reinterpret_cast<u64>(memory_.get()) - physical; }

  // The entry that an address is mapped by, or nothing.
  struct Mapping {
    PhysAddr address;
    Attributes attributes;
    unsigned level;
  };
  [[nodiscard]] std::optional<Mapping> find(u64 address) const {
    struct Window {
      u64 offset;
      u64* table(PhysAddr at) const { return reinterpret_cast<u64*>(at.value() + offset); }
    };
    const base::paging::Walker<Format, Window> walker(PhysAddr{physical}, Window{offset()});
    const auto at = walker.find(VirtAddr{address});
    if (!Format::is_present(*at.entry)) return std::nullopt;
    return Mapping{*walker.translate(VirtAddr{address}), Format::attributes(*at.entry), at.level};
  }

 private:
  static constexpr u64 physical = 0x4000'0000;

  std::unique_ptr<u8, void (*)(void*)> memory_;
  Range pages_;
};

TEST(BootKernelSpace, MapsMemoryIntoTheWindowWritableAndNeverExecutable) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  ASSERT_TRUE(space.map_memory({0x4000'0000, 0x2'4000'0000}).ok());
  for (const u64 address : {u64{0x4000'0000}, u64{0x1'2345'6000}, u64{0x2'3fff'f000}}) {
    const auto mapping = tables.find(layout::physical_window + address);
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->address.value(), address);
    EXPECT_EQ(mapping->attributes, (Attributes{.write = true, .global = true}));
    EXPECT_EQ(mapping->level, 2U);
  }
  EXPECT_FALSE(tables.find(layout::physical_window + 0x2'4000'0000));
  EXPECT_FALSE(tables.find(layout::physical_window + 0x3fff'f000));
}

TEST(BootKernelSpace, UsesTheLargestPagesThatFit) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  const Range odd{0x3fff'f000, 0x8020'1000};
  ASSERT_TRUE(space.map_memory(odd).ok());
  EXPECT_EQ(tables.find(layout::physical_window + odd.begin)->level, 0U);
  EXPECT_EQ(tables.find(layout::physical_window + 0x4000'0000)->level, 2U);
  EXPECT_EQ(tables.find(layout::physical_window + 0x8000'0000)->level, 1U);
  EXPECT_EQ(tables.find(layout::physical_window + 0x8020'0000)->level, 0U);
}

TEST(BootKernelSpace, RefusesMemoryAboveTheWindow) {
  const Tables tables(8);
  boot::KernelSpace space(tables.pages(), tables.offset());
  constexpr u64 end = layout::physical_window_size;
  EXPECT_TRUE(space.map_memory({end - page, end}).ok());
  EXPECT_EQ(space.map_memory({end, end + page}).error(), Fault::outside_address_space);
}

TEST(BootKernelSpace, MapsTheKernelWithTheRightsOfItsSegments) {
  const Tables tables(8);
  boot::KernelSpace space(tables.pages(), tables.offset());
  const VirtAddr base{layout::kernel_base};
  ASSERT_TRUE(space.map_kernel(base, {0x5000, 0x7000}, false, true).ok());
  ASSERT_TRUE(space.map_kernel(base + base::Bytes{2 * page}, {0x1000, 0x2000}, true, false).ok());
  EXPECT_EQ(tables.find(layout::kernel_base + page)->attributes,
            (Attributes{.execute = true, .global = true}));
  EXPECT_EQ(tables.find(layout::kernel_base + 2 * page)->attributes,
            (Attributes{.write = true, .global = true}));
  EXPECT_EQ(tables.find(layout::kernel_base + 2 * page)->address.value(), 0x1000U);
  EXPECT_EQ(space.map_kernel(base, {0x9000, 0xa000}, false, false).error(), Fault::already_mapped);
}

TEST(BootKernelSpace, MapsDevicesOneAfterTheOtherWithTheirOffsets) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  const auto first = space.map_device({0x800'0000, 0x801'0000});
  const auto second = space.map_device({0xf901'f000, 0xf902'1000});
  const auto third = space.map_device({0x900'0100, 0x900'0200});
  ASSERT_TRUE(first.ok() && second.ok() && third.ok());
  EXPECT_EQ(first->value(), layout::device_window);
  EXPECT_EQ(second->value(), layout::device_window + 0x1'0000);
  EXPECT_EQ(third->value(), layout::device_window + 0x1'2100);
  const auto mapping = tables.find(third->value());
  EXPECT_EQ(mapping->address.value(), 0x900'0100U);
  EXPECT_EQ(mapping->attributes, (Attributes{.write = true, .device = true, .global = true}));
}

TEST(BootKernelSpace, MapsALargeDeviceWithLargePages) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  ASSERT_TRUE(space.map_device({0x800'0000, 0x801'0000}).ok());
  const Range redistributors{0x80a'0000, 0x900'0000};
  const auto address = space.map_device(redistributors);
  ASSERT_TRUE(address.ok());
  for (u64 at = 0; at < redistributors.size(); at += page)
    ASSERT_EQ(tables.find(address->value() + at)->address.value(), redistributors.begin + at);
  EXPECT_EQ(tables.find(address->value() + 4 * large)->level, 1U);
  EXPECT_FALSE(tables.find(address->value() + redistributors.size()));
}

TEST(BootKernelSpace, RefusesDevicesBeyondTheirWindow) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  EXPECT_EQ(space.map_device({0, layout::device_window_size + page}).error(),
            Fault::device_window_full);
  EXPECT_TRUE(space.map_device({0, layout::device_window_size}).ok());
  EXPECT_EQ(space.map_device({0, page}).error(), Fault::device_window_full);
}

TEST(BootKernelSpace, SaysWhenItHasNoMoreTables) {
  const Tables tables(2);
  boot::KernelSpace space(tables.pages(), tables.offset());
  EXPECT_EQ(space.map_memory({0, page}).error(), Fault::tables_exhausted);
}

TEST(BootKernelSpace, GivesUnusedTablesBack) {
  const Tables tables(16);
  boot::KernelSpace space(tables.pages(), tables.offset());
  ASSERT_TRUE(space.map_memory({0, page}).ok());
  const Range rest = space.replace_supply({});
  EXPECT_EQ(rest, (Range{tables.pages().begin + 3 * page, tables.pages().end}));
  EXPECT_EQ(space.used_tables(), (Range{tables.pages().begin, rest.begin}));
}

// Any layout of memory and devices: what is mapped is what was asked for, and the number of tables
// said beforehand is enough.
TEST(BootKernelSpace, HoldsAnyLayoutWithTheTablesCountedBeforehand) {
  std::mt19937_64 random(23);  // NOLINT: the same layouts in every run
  for (int round = 0; round < 300; ++round) {
    boot::RangeList<boot::max_tree_ranges> memory;
    const u64 count = 1 + random() % 40;
    for (u64 i = 0; i < count; ++i) {
      const u64 begin = random() % (layout::physical_window_size / page) * page;
      const u64 size = ((random() % 4 == 0) ? random() % 0x10'0000 : random() % 2000) * page;
      (void)memory.insert({begin, std::min(begin + size, layout::physical_window_size)});
    }
    const Tables tables(boot::KernelSpace::tables_needed(memory));
    boot::KernelSpace space(tables.pages(), tables.offset());
    for (const Range& range : memory) ASSERT_TRUE(space.map_memory(range).ok());
    for (int device = 0; device < 4; ++device) {
      const u64 begin = random() % 0x1000'0000 * page;
      ASSERT_TRUE(space.map_device({begin, begin + (1 + random() % 0x3000) * page}).ok());
    }
    for (const Range& range : memory) {
      for (const u64 at : {range.begin, range.end - 1, range.begin + random() % range.size()}) {
        const auto mapping = tables.find(layout::physical_window + at);
        ASSERT_TRUE(mapping) << at;
        ASSERT_EQ(mapping->address.value(), at);
        ASSERT_FALSE(mapping->attributes.execute);
      }
      if (range.begin != 0) ASSERT_FALSE(tables.find(layout::physical_window + range.begin - 1));
    }
  }
}

TEST(BootTableTree, CountsTablesForMappingsThatAreNotAlike) {
  std::mt19937_64 random(29);  // NOLINT: the same mappings in every run
  for (int round = 0; round < 300; ++round) {
    const u64 size = (1 + random() % 5000) * page;
    const Tables tables(1 + boot::tables_for(size, false));
    boot::TableSupply supply({tables.pages().begin + page, tables.pages().end});
    boot::TableTree tree(PhysAddr{tables.pages().begin}, tables.offset(), supply);
    const u64 address = layout::kernel_base + random() % 0x10000 * page;
    const u64 physical = random() % 0x10'0000 * page;
    ASSERT_TRUE(tree.map(VirtAddr{address}, {physical, physical + size}, {}).ok());
    for (u64 at = 0; at < size; at += page)
      ASSERT_EQ(tree.translate(VirtAddr{address + at})->value(), physical + at);
  }
}

}  // namespace
