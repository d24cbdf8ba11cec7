// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <base/elf.hpp>
#include <boot/decode/elf.hpp>

namespace boot {

namespace {

namespace elf = base::elf;
using elf::FileHeader;
using elf::fits;
using elf::ProgramHeader;
using elf::read_at;

// Linkers write about ten. A bound keeps a hostile count from being work.
constexpr base::u16 max_program_headers = 64;

Result<FileHeader> read_file_header(std::span<const u8> file) {
  if (file.size() < sizeof(FileHeader)) return Fault::elf_too_short;
  const auto header = read_at<FileHeader>(file, 0);
  if (!elf::has_magic(file)) return Fault::elf_not_elf;
  if (header.file_class != elf::class_64 || header.data_encoding != elf::little_endian)
    return Fault::elf_wrong_class;
  if (header.machine != elf::machine_aarch64) return Fault::elf_foreign_machine;
  if (header.type != elf::type_executable) return Fault::elf_not_executable;
  if (header.version != elf::current_version || header.header_size != sizeof(FileHeader))
    return Fault::elf_header_damaged;
  if (header.program_header_count == 0) return Fault::elf_no_segments;
  if (header.program_header_size != sizeof(ProgramHeader)) return Fault::elf_header_damaged;
  if (header.program_header_count > max_program_headers) return Fault::elf_too_many_segments;
  if (!fits(header.program_headers_offset, u64{header.program_header_count} * sizeof(ProgramHeader),
            file.size()))
    return Fault::elf_headers_outside_file;
  return header;
}

Result<void> check_place(const Segment& segment, const ProgramRules& rules) {
  const u64 last = segment.end() - 1;
  if (last < segment.address) return Fault::elf_segment_wraps;
  if (segment.address < base::page_size) return Fault::elf_segment_at_zero;
  if (segment.address < rules.lowest || last > rules.highest) return Fault::elf_segment_outside;
  return {};
}

Result<Segment> read_segment(std::span<const u8> file, const ProgramHeader& header,
                             const ProgramRules& rules) {
  if (!fits(header.offset, header.file_size, file.size())) return Fault::elf_segment_truncated;
  if (header.memory_size < header.file_size) return Fault::elf_segment_shrinks;
  const u64 alignment = header.alignment < 2 ? 1 : header.alignment;
  if (!std::has_single_bit(alignment) ||
      !base::is_aligned(header.virtual_address - header.offset, alignment))
    return Fault::elf_segment_misaligned;
  const Segment segment{.address = header.virtual_address,
                        .memory_size = header.memory_size,
                        .contents = file.subspan(header.offset, header.file_size),
                        .writable = (header.flags & elf::flag_write) != 0,
                        .executable = (header.flags & elf::flag_execute) != 0};
  if (segment.writable && segment.executable) return Fault::elf_segment_writable_and_executable;
  TRY(check_place(segment, rules));
  return segment;
}

Result<void> check_apart(const Segment& a, const Segment& b) {
  // By last bytes: the end of a segment may be 2^64, which is 0.
  if (a.address <= b.end() - 1 && b.address <= a.end() - 1) return Fault::elf_segments_overlap;
  if (a.first_page() <= b.last_page() && b.first_page() <= a.last_page())
    return Fault::elf_segments_share_page;
  return {};
}

Result<void> check_entry(const Program& program) {
  for (const Segment& segment : program.segments)
    if (segment.executable && program.entry - segment.address < segment.memory_size &&
        base::is_aligned(program.entry, 4))
      return {};
  return Fault::elf_entry_not_executable;
}

}  // namespace

constinit const ProgramRules kernel_rules{.lowest = abi::layout::kernel_base, .highest = ~u64{0}};

constinit const ProgramRules root_rules{.lowest = base::page_size,
                                        .highest = abi::layout::root_boot_info - 1};

Result<Program> read_elf(std::span<const u8> file, const ProgramRules& rules) {
  const FileHeader header = TRY(read_file_header(file));
  Program program;
  program.entry = header.entry;
  for (u64 i = 0; i < header.program_header_count; ++i) {
    const auto row =
        read_at<ProgramHeader>(file, header.program_headers_offset + i * sizeof(ProgramHeader));
    if (row.type == elf::segment_interpreter) return Fault::elf_needs_interpreter;
    if (row.type != elf::segment_load) continue;
    if (row.memory_size == 0 && row.file_size == 0) continue;
    const Segment segment = TRY(read_segment(file, row, rules));
    for (const Segment& other : program.segments) TRY(check_apart(segment, other));
    if (!program.segments.push(segment)) return Fault::elf_too_many_segments;
  }
  if (program.segments.count == 0) return Fault::elf_no_segments;
  TRY(check_entry(program));
  return program;
}

}  // namespace boot
