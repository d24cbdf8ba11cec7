// SPDX-License-Identifier: MIT
#include <boot/memory/page_pool.hpp>

namespace boot {

Result<void> PagePool::give(Range pages) {
  if (!ranges_.insert(pages)) return Fault::too_many_pieces;
  return {};
}

Result<void> PagePool::withhold(Range pages) {
  if (!ranges_.remove(pages)) return Fault::too_many_pieces;
  return {};
}

Result<Range> PagePool::take(u64 size, u64 alignment, u64 phase) {
  for (const Range& range : ranges_) {
    // Addresses have 48 bits, so this wraps neither here nor below.
    const u64 begin = range.begin + ((phase - range.begin) & (alignment - 1));
    if (begin > range.end || range.end - begin < size) continue;
    const Range taken{begin, begin + size};
    TRY(withhold(taken));
    return taken;
  }
  return Fault::too_little_memory;
}

Result<Range> PagePool::take_largest(u64 size) {
  Range largest;
  for (const Range& range : ranges_)
    if (range.size() > largest.size()) largest = range;
  if (largest.empty()) return Fault::too_little_memory;
  if (largest.size() > size) largest.end = largest.begin + size;
  TRY(withhold(largest));
  return largest;
}

}  // namespace boot
