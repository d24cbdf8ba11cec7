// SPDX-License-Identifier: MIT
// Decodes an ELF file of aarch64 from its first page: what is to be mapped where, or a precise
// fault. Nothing in it is trusted, and nothing is loaded here.
#pragma once

#include <base/bits.hpp>
#include <servers/procmgr/image/fault.hpp>
#include <span>

namespace procmgr {

// In memory it is [address, address + memory_size), of which the first `file_size` bytes are the
// file's and the rest is zero. The file's bytes lie at the same place within a page as in memory,
// so whole pages can be shown; but in the page where they end, what lies behind them in the file
// must not be there if memory_size is larger.
struct Segment {
  u64 address = 0;
  u64 memory_size = 0;
  u64 file_offset = 0;
  u64 file_size = 0;
  bool write = false;
  bool execute = false;

  [[nodiscard]] constexpr u64 end() const { return address + memory_size; }
  [[nodiscard]] constexpr u64 first_page() const {
    return base::align_down(address, base::page_size);
  }
  [[nodiscard]] constexpr u64 pages_end() const {
    return base::align_down(end() + base::page_size - 1, base::page_size);
  }
};

// All addresses are where things will be: `pie_base` has been added.
struct Image {
  static constexpr u64 max_segments = 16;

  Segment segments[max_segments] = {};
  u64 count = 0;
  u64 entry = 0;
  u64 headers_address = 0;  // of the program headers, AT_PHDR; 0: no segment contains them
  u64 header_count = 0;
  u64 header_size = 0;
  u64 end = 0;  // of the highest segment's last page
  bool position_independent = false;

  [[nodiscard]] std::span<const Segment> all() const { return {segments, count}; }
};

// `first_page`: the first 4 KiB of the file, or all of it if it is shorter. Promises of each
// segment: it is not empty, its pages lie in [lowest, image_end) of abi::process_layout, its bytes
// lie in the file, it shares no page with another one, and is not writable and executable. The
// entry lies in an executable one, at a multiple of 4.
// `detail` of a fault: the program header's index; of bad_entry the entry; of foreign_machine,
// wrong_type, bad_header and too_many_segments the number that is refused.
Checked<Image> read_image(std::span<const u8> first_page, u64 file_size);

}  // namespace procmgr
