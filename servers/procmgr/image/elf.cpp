// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/elf.hpp>
#include <servers/procmgr/image/elf.hpp>

namespace procmgr {

namespace {

using abi::procmgr::SpawnFault;
namespace elf = base::elf;
namespace layout = abi::process_layout;

using elf::FileHeader;
using elf::fits;
using elf::ProgramHeader;
using elf::read_at;

constexpr u64 instruction_size = 4;

ImageFault fault(SpawnFault what, u64 detail = 0) { return {what, detail}; }

u64 table_bytes(const FileHeader& header) {
  return header.program_header_count * sizeof(ProgramHeader);
}

Checked<FileHeader> read_file_header(std::span<const u8> bytes, u64 file_size) {
  if (file_size == 0) return fault(SpawnFault::empty_file);
  if (!elf::has_magic(bytes)) return fault(SpawnFault::not_elf);
  if (bytes.size() < sizeof(FileHeader)) return fault(SpawnFault::truncated);
  const auto header = read_at<FileHeader>(bytes, 0);
  if (header.file_class != elf::class_64)
    return fault(SpawnFault::foreign_machine, header.file_class);
  if (header.data_encoding != elf::little_endian)
    return fault(SpawnFault::foreign_machine, header.data_encoding);
  if (header.machine != elf::machine_aarch64)
    return fault(SpawnFault::foreign_machine, header.machine);
  if (header.type != elf::type_executable && header.type != elf::type_position_independent)
    return fault(SpawnFault::wrong_type, header.type);
  if (header.ident_version != elf::current_version || header.version != elf::current_version)
    return fault(SpawnFault::bad_header, header.version);
  if (header.header_size != sizeof(FileHeader))
    return fault(SpawnFault::bad_header, header.header_size);
  return header;
}

// The program headers lie in `bytes`.
Checked<void> check_table(const FileHeader& header, std::span<const u8> bytes, u64 file_size) {
  if (header.program_header_count == 0) return fault(SpawnFault::no_segments);
  if (header.program_header_size != sizeof(ProgramHeader))
    return fault(SpawnFault::bad_header, header.program_header_size);
  const u64 offset = header.program_headers_offset;
  if (!fits(offset, table_bytes(header), file_size)) return fault(SpawnFault::truncated);
  if (!fits(offset, table_bytes(header), bytes.size()))
    return fault(SpawnFault::bad_header, offset);
  return {};
}

// `base`: what is added to addresses. Faults name the header by `index`.
Checked<Segment> read_segment(const ProgramHeader& row, u64 index, u64 base, u64 file_size) {
  if (!fits(row.offset, row.file_size, file_size)) return fault(SpawnFault::truncated, index);
  const u64 address = row.virtual_address;
  if (address + row.memory_size < address) return fault(SpawnFault::segment_wraps, index);
  // Of the limits the base is taken away, and not added to what may be any number.
  const u64 lowest = base == 0 ? layout::lowest : 0;
  if (address < lowest || address + row.memory_size > layout::image_end - base)
    return fault(SpawnFault::segment_outside, index);
  if (row.file_size != 0 && !base::is_aligned(address - row.offset, base::page_size))
    return fault(SpawnFault::misaligned_segment, index);
  const Segment segment{.address = base + address,
                        .memory_size = row.memory_size,
                        .file_offset = row.offset,
                        .file_size = row.file_size,
                        .write = (row.flags & elf::flag_write) != 0,
                        .execute = (row.flags & elf::flag_execute) != 0};
  if (segment.write && segment.execute) return fault(SpawnFault::writable_code, index);
  return segment;
}

// Adds the segment if it may stand beside those that are there.
Checked<void> add_segment(Image& image, const Segment& segment, u64 index) {
  for (const Segment& other : image.all())
    if (segment.first_page() < other.pages_end() && other.first_page() < segment.pages_end())
      return fault(SpawnFault::segments_overlap, index);
  if (image.count == Image::max_segments)
    return fault(SpawnFault::too_many_segments, image.count + 1);
  image.segments[image.count++] = segment;
  image.end = std::max(image.end, segment.pages_end());
  return {};
}

Checked<void> read_segments(Image& image, const FileHeader& header, std::span<const u8> bytes,
                            u64 file_size) {
  const u64 base = image.position_independent ? layout::pie_base : 0;
  for (u64 i = 0; i < header.program_header_count; ++i) {
    const auto row =
        read_at<ProgramHeader>(bytes, header.program_headers_offset + i * sizeof(ProgramHeader));
    if (row.type == elf::segment_interpreter) return fault(SpawnFault::dynamic, i);
    if (row.type != elf::segment_load) continue;
    if (row.file_size > row.memory_size) return fault(SpawnFault::segment_sizes, i);
    if (row.memory_size == 0) continue;
    const Segment segment = TRY(read_segment(row, i, base, file_size));
    TRY(add_segment(image, segment, i));
  }
  return image.count == 0 ? Checked<void>{fault(SpawnFault::no_segments)} : Checked<void>{};
}

Checked<u64> find_entry(const Image& image, u64 entry) {
  if (entry == 0) return fault(SpawnFault::bad_entry);
  // This may wrap, to an address that no segment has.
  const u64 address = entry + (image.position_independent ? layout::pie_base : 0);
  for (const Segment& segment : image.all())
    if (segment.execute && base::is_aligned(address, instruction_size) &&
        fits(address - segment.address, instruction_size, segment.memory_size))
      return address;
  return fault(SpawnFault::bad_entry, entry);
}

u64 find_headers(const Image& image, const FileHeader& header) {
  for (const Segment& segment : image.all()) {
    const u64 offset = header.program_headers_offset - segment.file_offset;
    if (fits(offset, table_bytes(header), segment.file_size)) return segment.address + offset;
  }
  return 0;
}

}  // namespace

Checked<Image> read_image(std::span<const u8> first_page, u64 file_size) {
  const auto bytes = first_page.first(std::min({first_page.size(), file_size, base::page_size}));
  const FileHeader header = TRY(read_file_header(bytes, file_size));
  TRY(check_table(header, bytes, file_size));
  Image image;
  image.position_independent = header.type == elf::type_position_independent;
  image.header_count = header.program_header_count;
  image.header_size = header.program_header_size;
  TRY(read_segments(image, header, bytes, file_size));
  image.entry = TRY(find_entry(image, header.entry));
  image.headers_address = find_headers(image, header);
  return image;
}

}  // namespace procmgr
