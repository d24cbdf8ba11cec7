// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <cstring>
#include <servers/procmgr/image/elf.hpp>

namespace procmgr {

namespace {

using abi::u16;
using abi::u32;
namespace layout = abi::process_layout;

struct FileHeader {
  u8 magic[4];
  u8 word_size;
  u8 byte_order;
  u8 version;
  u8 system[9];
  u16 type;
  u16 machine;
  u32 file_version;
  u64 entry;
  u64 headers_offset;
  u64 sections_offset;
  u32 flags;
  u16 header_size;
  u16 program_header_size;
  u16 program_header_count;
  u16 section_header_size;
  u16 section_header_count;
  u16 section_names;
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  u32 type;
  u32 flags;
  u64 offset;
  u64 address;
  u64 physical;
  u64 file_size;
  u64 memory_size;
  u64 alignment;
};
static_assert(sizeof(ProgramHeader) == 56);

constexpr u8 words_of_64_bits = 2;
constexpr u8 little_endian = 1;
constexpr u16 type_executable = 2;
constexpr u16 type_shared = 3;
constexpr u16 machine_aarch64 = 183;
constexpr u32 segment_load = 1;
constexpr u32 segment_interpreter = 3;
constexpr u32 flag_execute = 1;
constexpr u32 flag_write = 2;

constexpr u64 page_down(u64 address) { return base::align_down(address, base::page_size); }

ImageFault check_file(const FileHeader& header) {
  if (std::memcmp(header.magic, "\177ELF", sizeof(header.magic)) != 0) return SpawnFault::not_elf;
  if (header.word_size != words_of_64_bits || header.byte_order != little_endian ||
      header.machine != machine_aarch64)
    return SpawnFault::foreign_machine;
  if (header.type != type_executable && header.type != type_shared) return SpawnFault::wrong_type;
  if (header.program_header_count == 0) return SpawnFault::no_segments;
  if (header.program_header_size != sizeof(ProgramHeader)) return SpawnFault::bad_header;
  return {};
}

// A segment's own faults; `index` says which one.
ImageFault check_segment(const ProgramHeader& header, u64 base_address, u64 index, u64 file_size) {
  if (header.file_size > header.memory_size) return {SpawnFault::segment_sizes, index};
  if (header.offset > file_size || header.file_size > file_size - header.offset)
    return {SpawnFault::truncated, index};
  if (header.address > ~u64{0} - header.memory_size) return {SpawnFault::segment_wraps, index};
  if (header.address + header.memory_size > layout::image_end - base_address ||
      header.address + base_address < layout::lowest)
    return {SpawnFault::segment_outside, index};
  if ((header.flags & flag_write) != 0 && (header.flags & flag_execute) != 0)
    return {SpawnFault::writable_code, index};
  if (header.file_size != 0 && (header.address - header.offset) % base::page_size != 0)
    return {SpawnFault::misaligned_segment, index};
  return {};
}

// Segments that stand in order of address are compared with the last one only; others with all.
bool shares_page(const Image& image, const Segment& segment) {
  const u64 first = page_down(segment.address);
  const u64 last = page_down(segment.address + segment.memory_size - 1);
  for (u64 i = 0; i < image.count; ++i) {
    const Segment& other = image.segments[i];
    if (first <= page_down(other.address + other.memory_size - 1) &&
        page_down(other.address) <= last)
      return true;
  }
  return false;
}

void add(Image& image, const Segment& segment, u64 headers_offset) {
  image.segments[image.count++] = segment;
  image.end =
      std::max(image.end, page_down(segment.address + segment.memory_size - 1) + base::page_size);
  if (headers_offset - segment.file_offset < segment.file_size)
    image.headers_address = segment.address + (headers_offset - segment.file_offset);
}

ImageFault add_segments(Image& image, std::span<const u8> headers, u64 base_address,
                        u64 headers_offset, u64 file_size) {
  for (u64 i = 0; i < image.header_count; ++i) {
    ProgramHeader header{};
    std::memcpy(&header, headers.data() + i * sizeof(header), sizeof(header));
    if (header.type == segment_interpreter) return {SpawnFault::dynamic, i};
    if (header.type != segment_load || header.memory_size == 0) continue;
    const ImageFault fault = check_segment(header, base_address, i, file_size);
    if (!(fault == ImageFault{})) return fault;
    if (image.count == Image::max_segments) return {SpawnFault::too_many_segments, i};
    const Segment segment{.address = base_address + header.address,
                          .memory_size = header.memory_size,
                          .file_offset = header.offset,
                          .file_size = header.file_size,
                          .write = (header.flags & flag_write) != 0,
                          .execute = (header.flags & flag_execute) != 0};
    if (shares_page(image, segment)) return {SpawnFault::segments_overlap, i};
    add(image, segment, headers_offset);
  }
  return image.count == 0 ? ImageFault{SpawnFault::no_segments} : ImageFault{};
}

bool is_entry(const Image& image) {
  return std::ranges::any_of(std::span{image.segments, image.count}, [&](const Segment& segment) {
    return segment.execute && image.entry - segment.address < segment.memory_size;
  });
}

}  // namespace

base::Result<Image, ImageFault> read_image(std::span<const u8> first_page, u64 file_size) {
  FileHeader header{};
  if (file_size == 0) return ImageFault{SpawnFault::empty_file};
  const u64 magic = std::min<u64>(first_page.size(), sizeof(header.magic));
  if (std::memcmp(first_page.data(), "\177ELF", magic) != 0) return ImageFault{SpawnFault::not_elf};
  if (first_page.size() < sizeof(header)) return ImageFault{SpawnFault::truncated};
  std::memcpy(&header, first_page.data(), sizeof(header));
  ImageFault fault = check_file(header);
  if (!(fault == ImageFault{})) return fault;

  const u64 bytes = u64{header.program_header_count} * sizeof(ProgramHeader);
  if (header.headers_offset > file_size || bytes > file_size - header.headers_offset)
    return ImageFault{SpawnFault::truncated};
  if (header.headers_offset > first_page.size() ||
      bytes > first_page.size() - header.headers_offset)
    return ImageFault{SpawnFault::bad_header};

  Image image;
  image.position_independent = header.type == type_shared;
  image.header_count = header.program_header_count;
  image.header_size = sizeof(ProgramHeader);
  const u64 base_address = image.position_independent ? layout::pie_base : 0;
  fault = add_segments(image, first_page.subspan(header.headers_offset, bytes), base_address,
                       header.headers_offset, file_size);
  if (!(fault == ImageFault{})) return fault;
  image.entry = header.entry + base_address;
  if (header.entry == 0 || image.entry % 4 != 0 || !is_entry(image))
    return ImageFault{SpawnFault::bad_entry, header.entry};
  return image;
}

}  // namespace procmgr
