// SPDX-License-Identifier: MIT
// Broken programs: each is refused for its own reason, and nothing is left of the attempt.
#include <tests/procmgr/elf_file.hpp>

namespace procmgr_test {
namespace {

using proto::SpawnFault;

struct Broken {
  std::string_view name;
  SpawnFault fault;
  void (*change)(ElfFile& file);
  u64 bytes = sizeof(ElfFile);
};

constexpr u64 half = u64{1} << 63;

constexpr Broken broken[] = {
    {"no magic", SpawnFault::not_elf, [](ElfFile& f) { f.header.magic[3] = 'f'; }},
    {"three bytes", SpawnFault::not_elf, [](ElfFile&) {}, 3},
    {"half a header", SpawnFault::truncated, [](ElfFile&) {}, 40},
    {"a header alone", SpawnFault::truncated, [](ElfFile&) {}, 64},
    {"half a table", SpawnFault::truncated, [](ElfFile&) {}, 64 + 60},
    {"32 bits", SpawnFault::foreign_machine, [](ElfFile& f) { f.header.file_class = 1; }},
    {"no class", SpawnFault::foreign_machine, [](ElfFile& f) { f.header.file_class = 0; }},
    {"big endian", SpawnFault::foreign_machine, [](ElfFile& f) { f.header.encoding = 2; }},
    {"x86", SpawnFault::foreign_machine, [](ElfFile& f) { f.header.machine = 62; }},
    {"no machine", SpawnFault::foreign_machine, [](ElfFile& f) { f.header.machine = 0; }},
    {"relocatable", SpawnFault::wrong_type, [](ElfFile& f) { f.header.type = 1; }},
    {"a core", SpawnFault::wrong_type, [](ElfFile& f) { f.header.type = 4; }},
    {"version 2", SpawnFault::bad_header, [](ElfFile& f) { f.header.version = 2; }},
    {"ident version", SpawnFault::bad_header, [](ElfFile& f) { f.header.ident_version = 0; }},
    {"header size", SpawnFault::bad_header, [](ElfFile& f) { f.header.header_size = 63; }},
    {"row size", SpawnFault::bad_header, [](ElfFile& f) { f.header.row_size = 55; }},
    {"row size 0", SpawnFault::bad_header, [](ElfFile& f) { f.header.row_size = 0; }},
    {"table in page 2", SpawnFault::bad_header, [](ElfFile& f) { f.header.table_offset = 4096; }},
    {"table behind", SpawnFault::truncated, [](ElfFile& f) { f.header.table_offset = 8190; }},
    {"table wraps", SpawnFault::truncated, [](ElfFile& f) { f.header.table_offset = ~u64{0}; }},
    {"no rows", SpawnFault::no_segments, [](ElfFile& f) { f.header.row_count = 0; }},
    {"65535 rows", SpawnFault::truncated, [](ElfFile& f) { f.header.row_count = 0xffff; }},
    {"nothing to load", SpawnFault::no_segments,
     [](ElfFile& f) { f.segments[0].type = f.segments[1].type = 4; }},
    {"empty segments", SpawnFault::no_segments,
     [](ElfFile& f) {
       for (auto& s : f.segments) s.file_size = s.memory_size = 0;
     }},
    {"an interpreter", SpawnFault::dynamic, [](ElfFile& f) { f.segments[1].type = 3; }},
    {"segment behind the file", SpawnFault::truncated,
     [](ElfFile& f) { f.segments[1].offset = 3 * base::page_size; }},
    {"segment over the end", SpawnFault::truncated,
     [](ElfFile& f) { f.segments[1].file_size = 4097; }},
    {"segment's offset wraps", SpawnFault::truncated,
     [](ElfFile& f) { f.segments[1].offset = ~u64{0} - 4095; }},
    {"longer in the file", SpawnFault::segment_sizes,
     [](ElfFile& f) { f.segments[1].memory_size = 99; }},
    {"address wraps", SpawnFault::segment_wraps,
     [](ElfFile& f) { f.segments[1].address = ~u64{0} - 4095; }},
    {"size wraps", SpawnFault::segment_wraps,
     [](ElfFile& f) { f.segments[1].memory_size = ~u64{0}; }},
    {"page 0", SpawnFault::segment_outside, [](ElfFile& f) { f.segments[0].address = 0; }},
    {"below the lowest", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[0].address = 0xf000; }},
    {"above the highest", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[1].address = abi::process_layout::image_end; }},
    {"over the highest", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[1].address = abi::process_layout::image_end - base::page_size; }},
    {"on the stack", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[1].address = abi::process_layout::stack_top - base::page_size; }},
    {"the kernel's range", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[1].address = 0xffff'ffff'8000'0000; }},
    {"half of everything", SpawnFault::segment_outside,
     [](ElfFile& f) { f.segments[1].memory_size = half; }},
    {"overlap", SpawnFault::segments_overlap,
     [](ElfFile& f) { f.segments[1].address = ElfFile::base_address; }},
    {"overlap in a page", SpawnFault::segments_overlap,
     [](ElfFile& f) { f.segments[0].memory_size = 4 * base::page_size + 1; }},
    {"writable code", SpawnFault::writable_code, [](ElfFile& f) { f.segments[0].flags = 7; }},
    {"misaligned", SpawnFault::misaligned_segment, [](ElfFile& f) { f.segments[1].address += 8; }},
    {"entry 0", SpawnFault::bad_entry, [](ElfFile& f) { f.header.entry = 0; }},
    {"entry in data", SpawnFault::bad_entry,
     [](ElfFile& f) { f.header.entry = f.segments[1].address; }},
    {"entry outside", SpawnFault::bad_entry, [](ElfFile& f) { f.header.entry = 0x1234'5678; }},
    {"entry at the end", SpawnFault::bad_entry,
     [](ElfFile& f) { f.header.entry = ElfFile::base_address + base::page_size; }},
    {"entry misaligned", SpawnFault::bad_entry, [](ElfFile& f) { f.header.entry += 2; }},
    {"too many segments", SpawnFault::too_many_segments,
     [](ElfFile& f) {
       f.header.row_count = ElfFile::max_segments;
       u64 address = 0x100'0000;
       for (ElfSegment& s : f.segments)
         if (s.memory_size == 0) {
           s.memory_size = 1;
           s.address = address += base::page_size;
         }
     }},
};

constinit ElfFile file;

ipc::SpawnResult<ipc::Process> start_image(Cap<Endpoint> image) {
  const std::string_view words[] = {"broken"};
  return ipc::spawn(image, words);
}

void good(Report& report) {
  file = ElfFile{};
  put_reader(file, 0x1230);
  const auto image = make_image(file);
  report.ran(image, "a file in memory");
  const std::string_view words[] = {"good"};
  const auto record = ipc::run(*image, words);
  report.expect(record.ok() && record->kind == EndKind::faulted && record->address == 0x1230 &&
                    record->pc == ElfFile::code_address + 12,
                "the file that the others are made of runs");
  report.ran(record, "it is started");
}

void one_broken(Report& report, const Broken& what) {
  file = ElfFile{};
  put_reader(file, 0x1230);
  what.change(file);
  ipc::SpawnError why{};
  const auto attempt = [&] {
    const auto image = make_image(file, what.bytes);
    const auto child = start_image(*image);
    why = child.ok() ? ipc::SpawnError{} : child.error();
  };
  attempt();
  const Books before = settled_books();
  attempt();
  const Books after = settled_books();
  const bool is_right = why.fault == what.fault && why.error == Error::bad_argument &&
                        why.step == proto::SpawnStep::image;
  report.expect(is_right && before == after, what.name);
  if (!is_right)
    report.note([&](auto& text) { text << static_cast<u64>(why.fault) << ": " << why; });
  note_difference(report, before, after);
}

void expect_fault(Report& report, Cap<Endpoint> image, SpawnFault fault, std::string_view name) {
  const auto child = start_image(image);
  report.expect(!child.ok() && child.error().fault == fault, name);
  if (!child.ok()) report.note([&](auto& text) { text << child.error(); });
}

abi::Status no_image(Report& report) {
  file = ElfFile{};
  put_reader(file, 0x1230);
  expect_fault(report, TRY(make_image(file, 0)), SpawnFault::empty_file, "an empty file");
  const auto open = TRY(ipc::MemoryObject::create(sizeof file));
  expect_fault(report, open, SpawnFault::not_sealed, "an object that is not sealed");
  const auto image = TRY(make_image(file));
  const auto weak =
      TRY(ipc::obtain<Endpoint>(image, proto::Reduce{.rights = proto::memory_right::read}));
  expect_fault(report, weak, SpawnFault::no_execute_right, "no right to execute");
  const auto blind =
      TRY(ipc::obtain<Endpoint>(image, proto::Reduce{.rights = proto::memory_right::execute}));
  report.expect(start_image(blind).error().error == Error::denied, "no right to read");
  report.expect(start_image(own_account).error().error == Error::wrong_object, "an account");
  report.expect(start_image(Cap<Endpoint>{}).error().error == Error::invalid_capability,
                "no capability");
  return {};
}

}  // namespace

void test_elf(Report& report, u64) {
  good(report);
  for (const Broken& what : broken) one_broken(report, what);
  report.ran(no_image(report), "what is no image");
}

}  // namespace procmgr_test
