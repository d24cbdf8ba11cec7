// SPDX-License-Identifier: MIT
#include <abi/object.hpp>
#include <boot/inform.hpp>
#include <boot_tree.hpp>
#include <gtest/gtest.h>
#include <memory>

namespace {

using boot::Range;
using boot_test::u64;

// BootInfo as boot/ fills it for a small machine.
struct Informed {
  boot::Board board;
  boot::MemoryPlan plan;
  boot::CommandLine line;
  boot::DeviceAddresses devices;
  boot::Segment segment{.address = 0x40'0000, .memory_size = 1, .executable = true};
  boot::Pieces root;
  boot::Notices notices;
  std::unique_ptr<abi::BootInfo> info = std::make_unique<abi::BootInfo>();

  Informed() {
    EXPECT_TRUE(plan.memory.insert({0x4000'0000, 0x5000'0000}));
    EXPECT_TRUE(board.device_pages.insert({0x900'0000, 0x900'1000}));
    EXPECT_TRUE(root.push({&segment, 0x40'0000, {0x4010'0000, 0x4010'1000}}));
    board.command_line = "log=info -- one";
    line.arguments_offset = 12;
  }

  void inform(u64 this_processor) {
    boot::inform({.board = board,
                  .plan = plan,
                  .command_line = line,
                  .devices = devices,
                  .root = root,
                  .root_entry = 0x40'0000,
                  .archive = {0x4800'0000, 0x4800'0123},
                  .kernel = {0x4000'0000, 0x4002'0000},
                  .this_processor = this_processor},
                 *info, notices);
  }
};

TEST(BootInform, SaysWhatWasFound) {
  Informed machine;
  EXPECT_TRUE(machine.board.cpus.push(0));
  machine.inform(0);
  const abi::BootInfo& info = *machine.info;
  EXPECT_EQ(info.magic, abi::boot_info_magic);
  EXPECT_EQ(info.total_size, sizeof(abi::BootInfo));
  EXPECT_EQ(info.memory.items[0].size, 0x1000'0000U);
  EXPECT_EQ(info.archive.base, 0x4800'0000U);
  EXPECT_EQ(info.archive.size, 0x123U);
  EXPECT_EQ(info.image.items[0].rights, (abi::frame_right::read | abi::frame_right::execute).bits);
  EXPECT_EQ(std::string_view(info.command_line, info.command_line_size), "log=info -- one");
  EXPECT_EQ(info.command_line + info.arguments_offset, std::string("one"));
  EXPECT_EQ(machine.notices.items.count, 0U);
}

TEST(BootInform, PutsTheProcessorThatBootsFirst) {
  Informed machine;
  for (const u64 affinity : {0U, 1U, 0x100U, 0x101U})
    EXPECT_TRUE(machine.board.cpus.push(affinity));
  machine.inform(0x100);
  ASSERT_EQ(machine.info->cpus.count, 4U);
  EXPECT_EQ(machine.info->cpus.items[0], 0x100U);
  EXPECT_EQ(machine.info->cpus.items[1], 0U);
  EXPECT_EQ(machine.info->cpus.items[3], 0x101U);
}

TEST(BootInform, WarnsIfTheProcessorThatBootsIsNotListed) {
  Informed machine;
  EXPECT_TRUE(machine.board.cpus.push(1));
  machine.inform(0);
  EXPECT_EQ(machine.info->cpus.count, 2U);
  EXPECT_EQ(machine.notices.items.items[0].warning, boot::Warning::this_processor_unlisted);
}

TEST(BootInform, KeepsTheLargestFreeRangesWhereThereAreTooMany) {
  boot::PagePool pool;
  for (u64 i = 0; i < 100; ++i) {
    const u64 begin = (i + 1) << 30;
    EXPECT_TRUE(pool.give({begin, begin + (1 + i % 10) * base::page_size}).ok());
  }
  const auto info = std::make_unique<abi::BootInfo>();
  boot::Notices notices;
  boot::inform_of_free_memory(pool, *info, notices);
  EXPECT_LE(info->free.count, abi::max_free_ranges);
  EXPECT_GE(info->free.count, 20U);
  for (const abi::MemoryRange& range : info->free) EXPECT_GT(range.size, 3 * base::page_size);
  EXPECT_EQ(notices.items.items[0].warning, boot::Warning::free_ranges_dropped);
}

TEST(BootInform, KeepsAllFreeRangesWhereThereIsRoom) {
  boot::PagePool pool;
  for (u64 i = 1; i <= abi::max_free_ranges; ++i)
    EXPECT_TRUE(pool.give({i << 30, (i << 30) + base::page_size}).ok());
  const auto info = std::make_unique<abi::BootInfo>();
  boot::Notices notices;
  boot::inform_of_free_memory(pool, *info, notices);
  EXPECT_EQ(info->free.count, abi::max_free_ranges);
  EXPECT_EQ(notices.items.count, 0U);
}

}  // namespace
