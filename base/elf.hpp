// SPDX-License-Identifier: MIT
// The layouts of an ELF file of 64 bits: System V ABI, chapter "Object Files", and the ELF
// supplement for the Arm 64-bit architecture. What a reader makes of them is its own affair: boot
// loads, procmgr maps.
#pragma once

#include <base/units.hpp>
#include <span>

namespace base::elf {

struct FileHeader {
  u8 magic[4];
  u8 file_class;
  u8 data_encoding;
  u8 ident_version;
  u8 rest_of_ident[9];
  u16 type;
  u16 machine;
  u32 version;
  u64 entry;
  u64 program_headers_offset;
  u64 section_headers_offset;
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
  u64 virtual_address;
  u64 physical_address;
  u64 file_size;
  u64 memory_size;
  u64 alignment;
};
static_assert(sizeof(ProgramHeader) == 56);

inline constexpr u8 class_64 = 2;
inline constexpr u8 little_endian = 1;
inline constexpr u32 current_version = 1;
inline constexpr u16 type_executable = 2;
inline constexpr u16 type_position_independent = 3;
inline constexpr u16 machine_aarch64 = 183;

inline constexpr u32 segment_load = 1;
inline constexpr u32 segment_interpreter = 3;
inline constexpr u32 flag_execute = 1;
inline constexpr u32 flag_write = 2;

// By memcpy: an offset is the file's own choice, and may be misaligned. The bytes are there.
template <class T>
T read_at(std::span<const u8> file, u64 offset) {
  T value;
  __builtin_memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

inline bool has_magic(std::span<const u8> file) {
  return file.size() >= 4 && __builtin_memcmp(file.data(), "\177ELF", 4) == 0;
}

// Is [offset, offset + size) within [0, limit)? Without sums that could wrap.
constexpr bool fits(u64 offset, u64 size, u64 limit) {
  return offset <= limit && size <= limit - offset;
}

}  // namespace base::elf
