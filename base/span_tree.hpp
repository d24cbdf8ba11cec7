// SPDX-License-Identifier: MIT
// Address ranges that do not overlap, by address: an AVL tree through links that live in the ranges
// themselves. No allocation, no recursion; everything but check() takes O(log n) steps.
//
//              [ 30..38 )            a span knows of itself and all below it: where that begins and
//             /          \           ends, and the largest gap in between. So whoever looks for a
//       [ 10..18 )    [ 40..50 )     gap goes down only where there is one that is large enough.
//
// Invariants, shown by check(): spans are in order, not empty and do not overlap; the heights of a
// span's two sides differ by at most one; what a span knows of those below it is true.
// Starts and lengths are multiples of 4 KiB, and no end lies above 2^64 - 1.
#pragma once

#include <base/units.hpp>
#include <optional>

namespace base {

struct Span;

struct SpanLinks {
  Span* parent = nullptr;
  Span* left = nullptr;
  Span* right = nullptr;
  // Of the span and all below it.
  u64 lowest = 0;
  u64 highest = 0;
  u64 largest_gap = 0;
  u64 height = 1;
};

// To be derived from. While it stands in a tree, only the tree changes it.
struct Span {
  u64 start = 0;
  u64 length = 0;
  SpanLinks links = {};

  [[nodiscard]] u64 end() const { return start + length; }
};

class SpanTree {
 public:
  // The span that contains the address; null.
  [[nodiscard]] Span* find(u64 address) const;

  // In order of addresses; null: there is none.
  [[nodiscard]] Span* first_ending_above(u64 address) const;
  [[nodiscard]] Span* last_starting_below(u64 address) const;
  [[nodiscard]] Span* next(const Span& span) const;
  [[nodiscard]] Span* previous(const Span& span) const;

  [[nodiscard]] bool overlaps(u64 start, u64 length) const;

  // The span stands in no tree, is not empty and overlaps none.
  void insert(Span& span);

  // The span stands in this tree.
  void remove(Span& span);

  // Another place for a span of this tree: between the same neighbours, and overlapping none.
  void resize(Span& span, u64 start, u64 length);

  // Where `length` bytes are free in [low, high), at the highest such place. For an `alignment` (a
  // power of two) above 4 KiB a gap counts only if it has room for `length` at any offset, so a
  // narrow one that happens to be aligned may be passed over. `length` is not zero.
  [[nodiscard]] std::optional<u64> find_gap(u64 length, u64 low, u64 high, u64 alignment) const;

  [[nodiscard]] bool empty() const { return root_ == nullptr; }
  [[nodiscard]] u64 count() const { return count_; }

  // The invariant that is broken, in a sentence; null if all hold.
  [[nodiscard]] const char* check() const;

 private:
  void mend(Span* span);
  Span* balance(Span* span);
  Span* rotate(Span* span, Span* SpanLinks::* rising);
  void put_in_place_of(const Span& span, Span* successor);

  Span* root_ = nullptr;
  u64 count_ = 0;
};

}  // namespace base
