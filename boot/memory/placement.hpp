// SPDX-License-Identifier: MIT
// Where a program's segments go in physical memory.
#pragma once

#include <boot/decode/elf.hpp>
#include <boot/memory/page_pool.hpp>

namespace boot {

// A run of pages with the part of a segment that goes there. Usually a segment is one piece; it is
// several where free memory has no run that is long enough.
struct Piece {
  const Segment* segment = nullptr;
  u64 address = 0;  // virtual, a page
  Range pages;
};

using Pieces = abi::BoundedArray<Piece, abi::max_image_segments>;

// Takes pages for all segments. A segment of 2 MiB or more goes where its virtual and physical
// addresses are alike modulo 2 MiB, if there is such a place, so that large pages can map it.
Result<void> place(const Program& program, PagePool& pool, Pieces& pieces);

}  // namespace boot
