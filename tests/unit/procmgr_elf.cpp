// SPDX-License-Identifier: MIT
// Images of programs: one that is right, and what becomes of it when one thing is wrong.
#include <cstring>
#include <gtest/gtest.h>
#include <servers/procmgr/image/elf.hpp>
#include <vector>

namespace {

using namespace procmgr;
using abi::procmgr::SpawnFault;
namespace layout = abi::process_layout;

constexpr u64 table = 64;
constexpr u64 row_size = 56;
constexpr u64 file_bytes = 0x3000;
constexpr u32 load = 1;
constexpr u32 read_flag = 4, write_flag = 2, execute_flag = 1;

struct ElfTest : testing::Test {
  std::vector<u8> file = std::vector<u8>(file_bytes);
  u64 rows = 0;

  ElfTest() {
    std::memcpy(file.data(), "\177ELF\2\1\1", 7);
    put<base::u16>(16, 2);
    put<base::u16>(18, 183);
    put<u32>(20, 1);
    put<u64>(24, 0x40'1000);
    put<u64>(32, table);
    put<base::u16>(52, 64);
    put<base::u16>(54, row_size);
    add(load, read_flag, 0, 0x40'0000, 0x300);
    add(load, read_flag | execute_flag, 0x1000, 0x40'1000, 0x1000);
    add(load, read_flag | write_flag, 0x2000, 0x40'2000, 0x10);
    set_sizes(2, 0x10, 0x2010);
  }
  template <class T>
  void put(u64 offset, T value) {
    std::memcpy(file.data() + offset, &value, sizeof value);
  }
  void add(u32 type, u32 flags, u64 offset, u64 address, u64 size) {
    const u64 row = table + rows++ * row_size;
    put<u32>(row, type);
    put<u32>(row + 4, flags);
    put<u64>(row + 8, offset);
    put<u64>(row + 16, address);
    put<base::u16>(56, static_cast<base::u16>(rows));
    set_sizes(rows - 1, size, size);
  }
  void set_flags(u64 row, u32 flags) { put<u32>(table + row * row_size + 4, flags); }
  void set_offset(u64 row, u64 offset) { put<u64>(table + row * row_size + 8, offset); }
  void set_address(u64 row, u64 address) { put<u64>(table + row * row_size + 16, address); }
  void set_sizes(u64 row, u64 in_file, u64 in_memory) {
    put<u64>(table + row * row_size + 32, in_file);
    put<u64>(table + row * row_size + 40, in_memory);
  }
  // As a position-independent executable that is linked to address 0.
  void make_position_independent() {
    put<base::u16>(16, 3);
    put<u64>(24, 0x1000);
    for (u64 row = 0; row < 3; ++row) set_address(row, row * 0x1000);
  }
  [[nodiscard]] auto read() const {
    return read_image(std::span{file}.first(std::min<u64>(file.size(), 4096)), file.size());
  }
  void expect(SpawnFault fault, u64 detail = 0) const {
    const auto image = read();
    EXPECT_EQ(image.error().fault, fault);
    EXPECT_EQ(image.error().detail, detail);
  }
};

TEST_F(ElfTest, AnImageSaysWhatIsMappedWhere) {
  const auto image = read();
  ASSERT_TRUE(image.ok());
  ASSERT_EQ(image->count, 3U);
  EXPECT_EQ(image->entry, 0x40'1000U);
  EXPECT_EQ(image->headers_address, 0x40'0000U + table);
  EXPECT_EQ(image->header_count, 3U);
  EXPECT_EQ(image->header_size, row_size);
  EXPECT_EQ(image->end, 0x40'5000U);
  EXPECT_FALSE(image->position_independent);
  const Segment& data = image->segments[2];
  EXPECT_TRUE(data.write && !data.execute && image->segments[1].execute);
  EXPECT_EQ(data.address, 0x40'2000U);
  EXPECT_EQ(data.file_offset, 0x2000U);
  EXPECT_EQ(data.file_size, 0x10U);
  EXPECT_EQ(data.memory_size, 0x2010U);
}

TEST_F(ElfTest, APositionIndependentImageGetsItsBase) {
  make_position_independent();
  add(2, read_flag, 0x2000, 0x2000, 0x10);  // PT_DYNAMIC alone asks for no interpreter
  const auto image = read();
  ASSERT_TRUE(image.ok());
  EXPECT_TRUE(image->position_independent);
  EXPECT_EQ(image->segments[0].address, layout::pie_base);
  EXPECT_EQ(image->entry, layout::pie_base + 0x1000);
  EXPECT_EQ(image->headers_address, layout::pie_base + table);
  EXPECT_EQ(image->end, layout::pie_base + 0x5000);
}

TEST_F(ElfTest, HeadersThatAreNotMappedHaveNoAddress) {
  set_sizes(0, 0x10, 0x10);
  EXPECT_EQ(read()->headers_address, 0U);
}

TEST_F(ElfTest, AnEmptySegmentIsSkipped) {
  set_sizes(0, 0, 0);
  EXPECT_EQ(read()->count, 2U);
  set_sizes(0, 1, 0);
  expect(SpawnFault::segment_sizes, 0);
}

TEST_F(ElfTest, ASegmentOfZerosNeedsNoPlaceInTheFile) {
  set_sizes(2, 0, 0x1000);
  set_offset(2, 0x2345);
  EXPECT_TRUE(read().ok());
}

TEST_F(ElfTest, AFileThatIsNoImage) {
  file.clear();
  expect(SpawnFault::empty_file);
  file = {'h', 'i'};
  expect(SpawnFault::not_elf);
  file = std::vector<u8>(100, '#');
  expect(SpawnFault::not_elf);
}

TEST_F(ElfTest, AFileThatIsCutAnywhereIsTruncated) {
  const std::vector<u8> whole = file;
  for (u64 size = 4; size < 0x2010; size += size < 300 ? 1 : 97) {
    file.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(read().error().fault, SpawnFault::truncated);
  }
  put<u64>(32, file_bytes - 10);
  EXPECT_EQ(read().error().fault, SpawnFault::truncated);
}

TEST_F(ElfTest, AForeignMachine) {
  put<u8>(4, 1);
  expect(SpawnFault::foreign_machine, 1);
  put<u8>(4, 2);
  put<u8>(5, 2);
  expect(SpawnFault::foreign_machine, 2);
  put<u8>(5, 1);
  put<base::u16>(18, 62);
  expect(SpawnFault::foreign_machine, 62);
}

TEST_F(ElfTest, AWrongType) {
  put<base::u16>(16, 1);
  expect(SpawnFault::wrong_type, 1);
}

TEST_F(ElfTest, HeadersThatNoLinkerWrites) {
  put<u32>(20, 2);
  expect(SpawnFault::bad_header, 2);
  put<u32>(20, 1);
  put<base::u16>(52, 65);
  expect(SpawnFault::bad_header, 65);
  put<base::u16>(52, 64);
  put<base::u16>(54, 57);
  expect(SpawnFault::bad_header, 57);
  put<base::u16>(54, 56);
  put<u64>(32, 4096 - 10);
  expect(SpawnFault::bad_header, 4096 - 10);
  put<u64>(32, ~u64{0} - 10);
  expect(SpawnFault::truncated);
}

TEST_F(ElfTest, AnInterpreterIsNotProvided) {
  add(3, read_flag, 0, 0x40'0000, 10);
  expect(SpawnFault::dynamic, 3);
}

TEST_F(ElfTest, NoSegments) {
  put<base::u16>(56, 0);
  expect(SpawnFault::no_segments);
  put<base::u16>(56, 1);
  put<u32>(table, 4);
  expect(SpawnFault::no_segments);
}

TEST_F(ElfTest, SixteenSegmentsAndNotOneMore) {
  for (u64 i = 3; i < 16; ++i) add(load, read_flag, 0, 0x50'0000 + i * 0x1000, 0x1000);
  EXPECT_EQ(read()->count, 16U);
  add(load, read_flag, 0, 0x60'0000, 0x1000);
  expect(SpawnFault::too_many_segments, 17);
}

TEST_F(ElfTest, ASegmentLongerInTheFileThanInMemory) {
  set_sizes(1, 0x800, 0x7ff);
  expect(SpawnFault::segment_sizes, 1);
}

TEST_F(ElfTest, ASegmentOutsideTheFile) {
  set_sizes(1, 0x2001, 0x2001);
  expect(SpawnFault::truncated, 1);
  set_offset(1, ~u64{0} - 0xfff);
  expect(SpawnFault::truncated, 1);
}

TEST_F(ElfTest, ASegmentThatWraps) {
  set_address(2, ~u64{0} - 0xfff);
  expect(SpawnFault::segment_wraps, 2);
  set_sizes(2, 0, ~u64{0});
  expect(SpawnFault::segment_wraps, 2);
}

TEST_F(ElfTest, ASegmentOutsideTheImagesPlace) {
  set_address(0, layout::lowest - 0x1000);
  expect(SpawnFault::segment_outside, 0);
  set_address(0, layout::lowest);
  EXPECT_TRUE(read().ok());
  set_address(0, layout::image_end - 0x1000);
  EXPECT_TRUE(read().ok());
  set_address(0, layout::image_end);
  expect(SpawnFault::segment_outside, 0);
  make_position_independent();
  set_address(0, layout::image_end - layout::pie_base);
  expect(SpawnFault::segment_outside, 0);
  set_address(0, layout::image_end - layout::pie_base - 0x1000);
  EXPECT_TRUE(read().ok());
}

TEST_F(ElfTest, NoTwoSegmentsShareAPage) {
  set_address(1, 0x40'0000);
  expect(SpawnFault::segments_overlap, 1);
  set_address(1, 0x40'1000);
  set_sizes(0, 0x1001, 0x1001);
  expect(SpawnFault::segments_overlap, 1);
}

TEST_F(ElfTest, WritableOrExecutable) {
  set_flags(1, read_flag | write_flag | execute_flag);
  expect(SpawnFault::writable_code, 1);
}

TEST_F(ElfTest, AddressAndOffsetAgreeWithinAPage) {
  set_offset(2, 0x2008);
  expect(SpawnFault::misaligned_segment, 2);
  set_address(2, 0x40'2008);
  EXPECT_TRUE(read().ok());
}

TEST_F(ElfTest, TheEntryLiesInCode) {
  for (const u64 entry :
       {u64{0}, u64{0x40'0000}, u64{0x40'2000}, u64{0x40'1002}, u64{0x40'0ffc}, ~u64{3}}) {
    put<u64>(24, entry);
    expect(SpawnFault::bad_entry, entry);
  }
  put<u64>(24, 0x40'1ffc);
  EXPECT_TRUE(read().ok());
  make_position_independent();
  put<u64>(24, u64{0} - layout::pie_base + 0x40'1000);
  EXPECT_EQ(read().error().fault, SpawnFault::bad_entry);
}

}  // namespace
