// SPDX-License-Identifier: MIT
// Decodes an ELF file for aarch64 (System V ABI, "Object Files"; ELF for the Arm 64-bit
// Architecture) from its first page: what to show where, or a precise fault. Nothing is trusted.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <base/result.hpp>
#include <span>

namespace procmgr {

using abi::u64;
using abi::u8;
using abi::procmgr::SpawnFault;

struct ImageFault {
  SpawnFault fault = SpawnFault::none;
  u64 detail = 0;  // which segment, argument, byte or address

  constexpr ImageFault() = default;
  constexpr ImageFault(SpawnFault what, u64 where = 0) : fault(what), detail(where) {}
  friend constexpr bool operator==(const ImageFault& a, const ImageFault& b) {
    return a.fault == b.fault;
  }
};

// In memory [address, address + memory_size), of which the first file_size bytes come from
// `file_offset` of the file and the rest is zero.
struct Segment {
  u64 address = 0;
  u64 memory_size = 0;
  u64 file_offset = 0;
  u64 file_size = 0;
  bool write = false;
  bool execute = false;
};

struct Image {
  static constexpr u64 max_segments = 16;
  Segment segments[max_segments] = {};
  u64 count = 0;
  u64 entry = 0;
  u64 headers_address = 0;  // of the program headers in memory; 0: they are in no segment
  u64 header_count = 0;
  u64 header_size = 0;
  u64 end = 0;  // of the last segment, in whole pages
  bool position_independent = false;
};

// Promises of the segments: at least one; none is empty; their contents lie in the file; addresses
// are absolute, within process_layout's lowest and image_end; no two share a page; none is writable
// and executable; address and file offset agree within a page. The entry lies in an executable one.
// `first_page`: the file's first 4 KiB, or all of it.
base::Result<Image, ImageFault> read_image(std::span<const u8> first_page, u64 file_size);

}  // namespace procmgr
