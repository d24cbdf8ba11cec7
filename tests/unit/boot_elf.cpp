// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <boot/decode/elf.hpp>
#include <boot_tree.hpp>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

using boot::Fault;
using boot_test::Blob;
using boot_test::u32;
using boot_test::u64;
using boot_test::u8;

constexpr u32 read = 4;
constexpr u32 write = 2;
constexpr u32 execute = 1;

struct Header {
  u32 type = 1;
  u32 flags = read;
  u64 offset = 0;
  u64 address = 0;
  u64 physical = 0;
  u64 file_size = 0;
  u64 memory_size = 0;
  u64 alignment = 0x1000;
};
static_assert(sizeof(Header) == 56);

// An ELF file in memory; its parts are public so that a test can put anything there.
struct File {
  std::vector<Header> segments;
  u64 entry = 0;
  base::u16 type = 2;
  base::u16 machine = 183;
  base::u16 count = 0xffff;  // as many as there are
  base::u16 header_size = 56;
  u64 headers_at = 64;
  u64 size = 0x4000;

  [[nodiscard]] Blob bytes() const {
    std::vector<u8> file(std::max<u64>(size, 64 + segments.size() * sizeof(Header)));
    const u8 ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    std::memcpy(file.data(), ident, sizeof ident);
    const auto put = [&file](std::size_t at, auto value) {
      std::memcpy(file.data() + at, &value, sizeof value);
    };
    put(16, type);
    put(18, machine);
    put(20, u32{1});
    put(24, entry);
    put(32, headers_at);
    put(52, base::u16{64});
    put(54, header_size);
    put(56, count == 0xffff ? static_cast<base::u16>(segments.size()) : count);
    if (!segments.empty())
      std::memcpy(file.data() + 64, segments.data(), segments.size() * sizeof(Header));
    file.resize(size);
    return Blob(file);
  }
};

// Constants, code and data with .bss, as a linker makes them, from `address` on.
File program_at(u64 address) {
  File file;
  file.segments = {{.flags = read, .address = address, .file_size = 0x800, .memory_size = 0x800},
                   {.flags = read | execute,
                    .offset = 0x1000,
                    .address = address + 0x1000,
                    .file_size = 0x1800,
                    .memory_size = 0x1800},
                   {.flags = read | write,
                    .offset = 0x3000,
                    .address = address + 0x3000,
                    .file_size = 0x123,
                    .memory_size = 0x5000}};
  file.entry = address + 0x1010;
  return file;
}

File root() { return program_at(0x40'0000); }
File kernel() { return program_at(abi::layout::kernel_base); }

Fault fault_of(const File& file, const boot::ProgramRules& rules = boot::root_rules) {
  const Blob bytes = file.bytes();
  return boot::read_elf(bytes.span(), rules).error();
}

template <class Change>
Fault fault_after(Change change) {
  File file = root();
  change(file);
  return fault_of(file);
}

TEST(BootElf, GivesSegmentsWithTheirRights) {
  const Blob bytes = root().bytes();
  const auto program = boot::read_elf(bytes.span(), boot::root_rules);
  ASSERT_TRUE(program.ok());
  ASSERT_EQ(program->segments.count, 3U);
  EXPECT_EQ(program->entry, 0x40'1010U);
  const boot::Segment* segments = program->segments.items;
  EXPECT_FALSE(segments[0].writable || segments[0].executable);
  EXPECT_TRUE(segments[1].executable && !segments[1].writable);
  EXPECT_TRUE(segments[2].writable && !segments[2].executable);
  EXPECT_EQ(segments[2].address, 0x40'3000U);
  EXPECT_EQ(segments[2].page_bytes(), 0x5000U);
  EXPECT_EQ(segments[2].contents.data(), bytes.span().data() + 0x3000);
  EXPECT_EQ(segments[2].contents.size(), 0x123U);
}

TEST(BootElf, TakesAKernelInItsHalfOnly) {
  EXPECT_EQ(fault_of(kernel(), boot::kernel_rules), Fault::none);
  EXPECT_EQ(fault_of(kernel(), boot::root_rules), Fault::elf_segment_outside);
  EXPECT_EQ(fault_of(root(), boot::kernel_rules), Fault::elf_segment_outside);
}

TEST(BootElf, TakesASegmentUpToTheLastByte) {
  File file = kernel();
  file.segments[2].address = u64{0} - 0x5000;
  EXPECT_EQ(fault_of(file, boot::kernel_rules), Fault::none);
  file.segments[2].memory_size = 0x5001;
  EXPECT_EQ(fault_of(file, boot::kernel_rules), Fault::elf_segment_wraps);
}

TEST(BootElf, SkipsWhatIsNotLoaded) {
  EXPECT_EQ(fault_after([](File& file) {
              file.segments.push_back({.type = 0x6474e551, .flags = read | write});
              file.segments.push_back({.type = 1});  // to load, but empty
            }),
            Fault::none);
}

TEST(BootElf, TakesSegmentsInAnyOrderAndUnaligned) {
  EXPECT_EQ(fault_after([](File& file) { std::swap(file.segments[0], file.segments[2]); }),
            Fault::none);
  EXPECT_EQ(fault_after([](File& file) {
              file.segments[1].address += 0x158;
              file.entry += 0x158;
              file.segments[1].offset += 0x158;
            }),
            Fault::none);
}

TEST(BootElf, RefusesWhatIsNoProgramForThisMachine) {
  EXPECT_EQ(boot::read_elf({}, boot::root_rules).error(), Fault::elf_too_short);
  EXPECT_EQ(fault_after([](File& file) { file.machine = 62; }), Fault::elf_foreign_machine);
  EXPECT_EQ(fault_after([](File& file) { file.type = 1; }), Fault::elf_not_executable);
  EXPECT_EQ(fault_after([](File& file) { file.type = 3; }), Fault::elf_not_executable);
  EXPECT_EQ(fault_after([](File& file) { file.segments[0].type = 3; }),
            Fault::elf_needs_interpreter);
  Blob bytes = root().bytes();
  bytes.data()[4] = 1;
  EXPECT_EQ(boot::read_elf(bytes.span(), boot::root_rules).error(), Fault::elf_wrong_class);
  bytes.data()[1] = 'F';
  EXPECT_EQ(boot::read_elf(bytes.span(), boot::root_rules).error(), Fault::elf_not_elf);
}

TEST(BootElf, RefusesHeadersThatAreNotThere) {
  EXPECT_EQ(fault_after([](File& file) { file.headers_at = file.size; }),
            Fault::elf_headers_outside_file);
  EXPECT_EQ(fault_after([](File& file) { file.headers_at = ~u64{0} - 7; }),
            Fault::elf_headers_outside_file);
  EXPECT_EQ(fault_after([](File& file) { file.header_size = 8; }), Fault::elf_header_damaged);
  EXPECT_EQ(fault_after([](File& file) { file.count = 0; }), Fault::elf_no_segments);
  EXPECT_EQ(fault_after([](File& file) { file.count = 65534; }), Fault::elf_too_many_segments);
  EXPECT_EQ(fault_after([](File& file) {
              for (Header& segment : file.segments) segment.type = 0;
            }),
            Fault::elf_no_segments);
}

TEST(BootElf, RefusesTooManySegments) {
  File file;
  for (u64 i = 0; i < 17; ++i)
    file.segments.push_back({.flags = read | execute,
                             .address = 0x40'0000 + i * 0x1000,
                             .file_size = 0x1000,
                             .memory_size = 0x1000});
  file.entry = 0x40'0000;
  EXPECT_EQ(fault_of(file), Fault::elf_too_many_segments);
  file.segments.pop_back();
  EXPECT_EQ(fault_of(file), Fault::none);
}

TEST(BootElf, RefusesASegmentThatLies) {
  EXPECT_EQ(fault_after([](File& file) { file.segments[2].offset = 0x4000; }),
            Fault::elf_segment_truncated);
  EXPECT_EQ(fault_after([](File& file) { file.segments[2].offset = ~u64{0} - 0xfff; }),
            Fault::elf_segment_truncated);
  EXPECT_EQ(fault_after([](File& file) { file.segments[1].file_size = u64{1} << 62; }),
            Fault::elf_segment_truncated);
  EXPECT_EQ(fault_after([](File& file) { file.segments[1].memory_size = 1; }),
            Fault::elf_segment_shrinks);
  EXPECT_EQ(fault_after([](File& file) { file.segments[1].address += 8; }),
            Fault::elf_segment_misaligned);
  EXPECT_EQ(fault_after([](File& file) { file.segments[1].alignment = 3; }),
            Fault::elf_segment_misaligned);
  EXPECT_EQ(fault_after([](File& file) { file.segments[1].flags |= write; }),
            Fault::elf_segment_writable_and_executable);
}

TEST(BootElf, RefusesASegmentInTheWrongPlace) {
  const auto moved_to = [](u64 address) {
    return fault_after([address](File& file) { file.segments[2].address = address; });
  };
  EXPECT_EQ(moved_to(0), Fault::elf_segment_at_zero);
  EXPECT_EQ(moved_to(0x1000), Fault::none);
  // BootInfo and the IPC buffer of the first process lie above its image.
  EXPECT_EQ(moved_to(abi::layout::root_boot_info - 0x5000), Fault::none);
  EXPECT_EQ(moved_to(abi::layout::root_boot_info - 0x4000), Fault::elf_segment_outside);
  EXPECT_EQ(moved_to(abi::layout::root_ipc_buffer), Fault::elf_segment_outside);
  EXPECT_EQ(moved_to(abi::layout::user_end - 0x4000), Fault::elf_segment_outside);
  EXPECT_EQ(moved_to(u64{0} - 0x1000), Fault::elf_segment_wraps);
  EXPECT_EQ(fault_after([](File& file) { file.segments[2].memory_size = ~u64{0} - 0xfff; }),
            Fault::elf_segment_wraps);
  EXPECT_EQ(fault_after([](File& file) { file.segments[2].memory_size = u64{1} << 62; }),
            Fault::elf_segment_outside);
}

TEST(BootElf, RefusesSegmentsThatMeet) {
  EXPECT_EQ(fault_after([](File& file) { file.segments[2].address = file.segments[0].address; }),
            Fault::elf_segments_overlap);
  EXPECT_EQ(fault_after([](File& file) {
              file.segments[2].address = file.segments[0].address + 0x900;
              file.segments[2].offset += 0x900;
              file.segments[2].file_size = 0;
              file.segments[2].memory_size = 0x10;
            }),
            Fault::elf_segments_share_page);
  EXPECT_EQ(fault_after([](File& file) { file.segments[0].memory_size = 0x1001; }),
            Fault::elf_segments_overlap);
}

TEST(BootElf, RefusesAnEntryThatIsNoCode) {
  const auto entered_at = [](u64 entry) {
    return fault_after([entry](File& file) { file.entry = entry; });
  };
  EXPECT_EQ(entered_at(0), Fault::elf_entry_not_executable);
  EXPECT_EQ(entered_at(~u64{0}), Fault::elf_entry_not_executable);
  EXPECT_EQ(entered_at(0x40'0000), Fault::elf_entry_not_executable);
  EXPECT_EQ(entered_at(0x40'1002), Fault::elf_entry_not_executable);
  EXPECT_EQ(entered_at(0x40'2800), Fault::elf_entry_not_executable);
  EXPECT_EQ(entered_at(0x40'27fc), Fault::none);
}

TEST(BootElf, CutAnywhereIsRefused) {
  const Blob whole = root().bytes();
  const std::size_t last_used = 0x3123;
  for (std::size_t size = 0; size < last_used; ++size) {
    const Blob cut(whole.span().first(size));
    ASSERT_FALSE(boot::read_elf(cut.span(), boot::root_rules).ok()) << size;
  }
}

// The promises of read_elf(), whatever the file holds.
bool keeps_promises(const boot::Program& program, const Blob& file) {
  bool entry_is_code = false;
  for (const boot::Segment& segment : program.segments) {
    const u8* begin = segment.contents.data();
    if (segment.memory_size == 0 || segment.contents.size() > segment.memory_size) return false;
    if (begin < file.span().data() ||
        begin + segment.contents.size() > file.span().data() + file.size())
      return false;
    if (segment.address < base::page_size || segment.end() > abi::layout::root_boot_info)
      return false;
    if (segment.writable && segment.executable) return false;
    entry_is_code |=
        segment.executable && program.entry >= segment.address && program.entry < segment.end();
    for (const boot::Segment& other : program.segments)
      if (&other != &segment && other.first_page() <= segment.last_page() &&
          segment.first_page() <= other.last_page())
        return false;
  }
  return entry_is_code;
}

TEST(BootElf, WithRandomDamageIsRefusedOrKeepsThePromises) {
  const Blob whole = root().bytes();
  std::mt19937 random(11);  // NOLINT: the same damage in every run
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    Blob damaged(whole.span());
    for (u32 i = random() % 4; i < 4; ++i)
      damaged.data()[random() % (64 + 3 * sizeof(Header))] = static_cast<u8>(random());
    const auto program = boot::read_elf(damaged.span(), boot::root_rules);
    if (!program.ok()) continue;
    ++accepted;
    ASSERT_TRUE(keeps_promises(*program, damaged)) << "round " << round;
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
