// SPDX-License-Identifier: MIT
#include <base/paging/format.hpp>
#include <boot/memory/placement.hpp>

namespace boot {

namespace {

constexpr u64 large_page = base::paging::entry_size(1);

Result<Range> take_run(PagePool& pool, u64 address, u64 size) {
  if (size >= large_page) {
    const Result<Range> alike = pool.take(size, large_page, address);
    if (alike.ok()) return alike;
  }
  const Result<Range> anywhere = pool.take(size);
  if (anywhere.ok()) return anywhere;
  return pool.take_largest(size);
}

Result<void> place_segment(const Segment& segment, PagePool& pool, Pieces& pieces) {
  u64 address = segment.first_page();
  u64 left = segment.page_bytes();
  while (left != 0) {
    const Range pages = TRY(take_run(pool, address, left));
    if (!pieces.push({&segment, address, pages})) return Fault::too_many_pieces;
    address += pages.size();
    left -= pages.size();
  }
  return {};
}

}  // namespace

Result<void> place(const Program& program, PagePool& pool, Pieces& pieces) {
  for (const Segment& segment : program.segments) TRY(place_segment(segment, pool, pieces));
  return {};
}

}  // namespace boot
