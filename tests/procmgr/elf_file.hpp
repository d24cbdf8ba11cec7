// SPDX-License-Identifier: MIT
// ELF files made in memory: a good one, of which tests change a field, and the object to spawn.
#pragma once

#include <tests/procmgr/kit.hpp>

namespace procmgr_test {

using base::u16;
using base::u8;

// System V ABI, ELF-64 Object File Format.
struct ElfHeader {
  u8 magic[4] = {0x7f, 'E', 'L', 'F'};
  u8 file_class = 2;
  u8 encoding = 1;
  u8 ident_version = 1;
  u8 rest[9] = {};
  u16 type = 2;
  u16 machine = 183;
  u32 version = 1;
  u64 entry = 0;
  u64 table_offset = 64;
  u64 sections_offset = 0;
  u32 flags = 0;
  u16 header_size = 64;
  u16 row_size = 56;
  u16 row_count = 1;
  u16 section_size = 0;
  u16 section_count = 0;
  u16 section_names = 0;
};
static_assert(sizeof(ElfHeader) == 64);

struct ElfSegment {
  u32 type = 1;   // load
  u32 flags = 5;  // read, execute
  u64 offset = 0;
  u64 address = 0;
  u64 physical_address = 0;
  u64 file_size = 0;
  u64 memory_size = 0;
  u64 alignment = base::page_size;
};
static_assert(sizeof(ElfSegment) == 56);

// Two pages: headers, and code behind them at `code_address`; the second segment is writable.
struct ElfFile {
  static constexpr u64 base_address = 0x40'0000;
  static constexpr u64 code_offset = 1024;
  static constexpr u64 code_address = base_address + code_offset;
  static constexpr u64 max_segments = 17;

  ElfHeader header{.entry = code_address, .row_count = 2};
  ElfSegment segments[max_segments] = {
      {.address = base_address, .file_size = base::page_size, .memory_size = base::page_size},
      {.flags = 6,
       .offset = base::page_size,
       .address = base_address + 4 * base::page_size,
       .file_size = 100,
       .memory_size = 3 * base::page_size}};
  u8 rest[code_offset - 64 - max_segments * 56] = {};
  u32 code[8] = {};
  u8 tail[base::page_size - code_offset - 32] = {};
  u8 data[base::page_size] = {};
};
static_assert(sizeof(ElfFile) == 2 * base::page_size);

// The program reads from an address of up to 48 bits, and so ends with a fault there.
void put_reader(ElfFile& file, u64 address);

// A sealed object with the first `bytes` of the file.
abi::Result<ipc::MemoryObject> make_image(const ElfFile& file, u64 bytes = sizeof(ElfFile));

}  // namespace procmgr_test
