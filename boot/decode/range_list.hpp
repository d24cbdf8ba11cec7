// SPDX-License-Identifier: MIT
// A set of physical addresses as few ranges: sorted, disjoint, never touching each other.
//
//   insert:   [a   a]   [b b]   +  [    ]    ->   [a        a]
//   remove:   [a         a]     -     [ ]    ->   [a a]   [a a]
//
// The invariant makes both a single pass, and makes two equal sets equal lists.
#pragma once

#include <base/bits.hpp>
#include <base/units.hpp>
#include <cstddef>
#include <optional>

namespace boot {

using base::u32;
using base::u64;
using base::u8;

// No aarch64 processor that Aril runs on has more; it keeps every sum of two addresses in 64 bits.
inline constexpr u64 physical_end = u64{1} << 48;

struct Range {
  u64 begin = 0;
  u64 end = 0;

  // Nothing if it wraps or lies above every physical address.
  [[nodiscard]] static constexpr std::optional<Range> from(u64 begin, u64 size) {
    if (begin > physical_end || size > physical_end - begin) return std::nullopt;
    return Range{begin, begin + size};
  }

  [[nodiscard]] constexpr u64 size() const { return end - begin; }
  [[nodiscard]] constexpr bool empty() const { return begin >= end; }
  [[nodiscard]] constexpr bool contains(Range other) const {
    return begin <= other.begin && other.end <= end;
  }
  [[nodiscard]] constexpr bool overlaps(Range other) const {
    return begin < other.end && other.begin < end;
  }

  // The whole pages in it: what of memory can be used.
  [[nodiscard]] constexpr Range inner_pages() const {
    const u64 first = base::align_down(begin + base::page_size - 1, base::page_size);
    const u64 last = base::align_down(end, base::page_size);
    return first < last ? Range{first, last} : Range{};
  }
  // All pages that it touches: what must be left alone.
  [[nodiscard]] constexpr Range outer_pages() const {
    return {base::align_down(begin, base::page_size),
            base::align_down(end + base::page_size - 1, base::page_size)};
  }

  friend constexpr bool operator==(const Range&, const Range&) = default;
};

// The smallest range that holds both.
[[nodiscard]] constexpr Range hull(Range a, Range b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

template <std::size_t capacity>
class RangeList {
 public:
  [[nodiscard]] constexpr const Range* begin() const { return ranges_; }
  [[nodiscard]] constexpr const Range* end() const { return ranges_ + count_; }
  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr bool empty() const { return count_ == 0; }
  [[nodiscard]] constexpr const Range& operator[](std::size_t i) const { return ranges_[i]; }

  [[nodiscard]] constexpr u64 total() const {
    u64 sum = 0;
    for (const Range& range : *this) sum += range.size();
    return sum;
  }

  [[nodiscard]] constexpr bool contains(Range wanted) const {
    for (const Range& range : *this)
      if (range.contains(wanted)) return true;
    return wanted.empty();
  }
  [[nodiscard]] constexpr bool overlaps(Range wanted) const {
    for (const Range& range : *this)
      if (range.overlaps(wanted)) return true;
    return false;
  }

  // False: the list is full, nothing changed.
  [[nodiscard]] constexpr bool insert(Range added) {
    if (added.empty()) return true;
    std::size_t first = 0;  // the first range that touches `added` or lies above it
    while (first < count_ && ranges_[first].end < added.begin) ++first;
    std::size_t last = first;  // the first range above it that does not touch it
    while (last < count_ && ranges_[last].begin <= added.end) {
      if (ranges_[last].begin < added.begin) added.begin = ranges_[last].begin;
      if (ranges_[last].end > added.end) added.end = ranges_[last].end;
      ++last;
    }
    return replace(first, last, &added, 1);
  }

  // False: a range would have to be cut in two and the list is full; nothing changed.
  [[nodiscard]] constexpr bool remove(Range removed) {
    if (removed.empty()) return true;
    std::size_t first = 0;  // the first range that overlaps `removed` or lies above it
    while (first < count_ && ranges_[first].end <= removed.begin) ++first;
    std::size_t last = first;
    while (last < count_ && ranges_[last].begin < removed.end) ++last;
    if (first == last) return true;
    Range kept[2];
    std::size_t kept_count = 0;
    if (ranges_[first].begin < removed.begin)
      kept[kept_count++] = {ranges_[first].begin, removed.begin};
    if (ranges_[last - 1].end > removed.end)
      kept[kept_count++] = {removed.end, ranges_[last - 1].end};
    return replace(first, last, kept, kept_count);
  }

 private:
  // Puts `added_count` ranges in the place of those from `first` to before `last`.
  constexpr bool replace(std::size_t first, std::size_t last, const Range* added,
                         std::size_t added_count) {
    const std::size_t new_count = count_ - (last - first) + added_count;
    if (new_count > capacity) return false;
    if (new_count > count_) {
      for (std::size_t i = count_; i > last; --i)
        ranges_[i - 1 + new_count - count_] = ranges_[i - 1];
    } else {
      for (std::size_t i = last; i < count_; ++i) ranges_[i - (count_ - new_count)] = ranges_[i];
    }
    for (std::size_t i = 0; i < added_count; ++i) ranges_[first + i] = added[i];
    count_ = new_count;
    return true;
  }

  Range ranges_[capacity] = {};
  std::size_t count_ = 0;
};

}  // namespace boot
