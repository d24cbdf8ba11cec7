// SPDX-License-Identifier: MIT
// The physical pages that boot/ may use. Who takes pages takes the lowest that fit, so what stays
// is few large ranges; what is left at the end is the kernel's free memory.
#pragma once

#include <boot/decode/fault.hpp>
#include <boot/decode/range_list.hpp>

namespace boot {

class PagePool {
 public:
  static constexpr std::size_t max_ranges = 128;
  using Ranges = RangeList<max_ranges>;

  // Pages only: whoever rounds knows in which direction.
  Result<void> give(Range pages);
  // Pages that are not (or no longer) there to be taken; the rest of the range need not be either.
  Result<void> withhold(Range pages);

  // `size` bytes in one piece, at an address that is `phase` modulo `alignment`; nothing if there
  // is no such piece. All in bytes and multiples of a page; `alignment` is a power of two.
  Result<Range> take(u64 size, u64 alignment = base::page_size, u64 phase = 0);

  // The largest piece, cut to `size`.
  Result<Range> take_largest(u64 size);

  [[nodiscard]] const Ranges& ranges() const { return ranges_; }

 private:
  Ranges ranges_;
};

}  // namespace boot
