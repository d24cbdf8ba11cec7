// SPDX-License-Identifier: MIT
// Writes into pages what a segment says about them.
#pragma once

#include <algorithm>
#include <boot/memory/placement.hpp>

namespace boot {

// Fills the piece's pages, which can be written at `memory`: the part of the file that belongs
// there, and zeros all around it. `Bytes` has zero(to, size) and copy(to, from, size).
template <class Bytes>
void fill(const Piece& piece, u8* memory, Bytes bytes) {
  const Segment& segment = *piece.segment;
  // All counted from the beginning of the piece, and cut to it.
  const u64 size = piece.pages.size();
  const u64 before = piece.address < segment.address ? segment.address - piece.address : 0;
  const u64 skipped = piece.address < segment.address ? 0 : piece.address - segment.address;
  const u64 contents = segment.contents.size() - std::min(skipped, segment.contents.size());
  const u64 copied = std::min(contents, size - before);

  bytes.zero(memory, before);
  bytes.copy(memory + before, segment.contents.data() + skipped, copied);
  bytes.zero(memory + before + copied, size - before - copied);
}

}  // namespace boot
