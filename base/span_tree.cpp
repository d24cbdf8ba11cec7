// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <base/span_tree.hpp>

namespace base {

namespace {

using Side = Span* SpanLinks::*;

constexpr Side left = &SpanLinks::left;
constexpr Side right = &SpanLinks::right;

Side opposite(Side side) { return side == left ? right : left; }

u64 height_of(const Span* span) { return span == nullptr ? 0 : span->links.height; }

// What a span has to know of those below it.
SpanLinks with_summary(const Span& span) {
  SpanLinks links = span.links;
  links.lowest = span.start;
  links.highest = span.end();
  links.largest_gap = 0;
  if (const Span* lower = links.left) {
    links.lowest = lower->links.lowest;
    links.largest_gap = std::max(lower->links.largest_gap, span.start - lower->links.highest);
  }
  if (const Span* upper = links.right) {
    links.highest = upper->links.highest;
    links.largest_gap =
        std::max({links.largest_gap, upper->links.largest_gap, upper->links.lowest - span.end()});
  }
  links.height = 1 + std::max(height_of(links.left), height_of(links.right));
  return links;
}

Span* outermost(Span* span, Side side) {
  while (span != nullptr && span->links.*side != nullptr) span = span->links.*side;
  return span;
}

// The next span on that side, in order.
Span* neighbour(const Span& span, Side side) {
  if (Span* below = span.links.*side) return outermost(below, opposite(side));
  const Span* from = &span;
  Span* parent = span.links.parent;
  while (parent != nullptr && parent->links.*side == from) {
    from = parent;
    parent = parent->links.parent;
  }
  return parent;
}

// A free range between two neighbours; empty: there is none.
struct Gap {
  u64 start = 0;
  u64 end = 0;
};

// The highest gap of at least `length` among `span` and those below it. There is one.
Gap highest_gap_within(const Span* span, u64 length) {
  for (;;) {
    const auto& [parent, lower, upper, lowest, highest, largest_gap, height] = span->links;
    if (upper != nullptr) {
      if (upper->links.largest_gap >= length) {
        span = upper;
        continue;
      }
      if (upper->links.lowest - span->end() >= length) return {span->end(), upper->links.lowest};
    }
    if (span->start - lower->links.highest >= length) return {lower->links.highest, span->start};
    span = lower;
  }
}

// The highest gap of at least `length` between two spans that are `span` or lie before it.
Gap highest_gap_before(const Span* span, u64 length) {
  for (;;) {
    u64 lowest_seen = span->start;
    if (const Span* lower = span->links.left) {
      if (span->start - lower->links.highest >= length) return {lower->links.highest, span->start};
      if (lower->links.largest_gap >= length) return highest_gap_within(lower, length);
      lowest_seen = lower->links.lowest;
    }
    // Up to the nearest span that lies before all of these.
    const Span* parent = span->links.parent;
    while (parent != nullptr && parent->links.left == span) {
      span = parent;
      parent = parent->links.parent;
    }
    if (parent == nullptr) return {};
    if (lowest_seen - parent->end() >= length) return {parent->end(), lowest_seen};
    span = parent;
  }
}

}  // namespace

Span* SpanTree::find(u64 address) const {
  Span* span = first_ending_above(address);
  return span != nullptr && span->start <= address ? span : nullptr;
}

Span* SpanTree::first_ending_above(u64 address) const {
  Span* best = nullptr;
  for (Span* span = root_; span != nullptr;) {
    const bool fits = span->end() > address;
    if (fits) best = span;
    span = fits ? span->links.left : span->links.right;
  }
  return best;
}

Span* SpanTree::last_starting_below(u64 address) const {
  Span* best = nullptr;
  for (Span* span = root_; span != nullptr;) {
    const bool fits = span->start < address;
    if (fits) best = span;
    span = fits ? span->links.right : span->links.left;
  }
  return best;
}

Span* SpanTree::next(const Span& span) const { return neighbour(span, right); }
Span* SpanTree::previous(const Span& span) const { return neighbour(span, left); }

bool SpanTree::overlaps(u64 start, u64 length) const {
  const Span* span = first_ending_above(start);
  return length != 0 && span != nullptr && (span->start <= start || span->start - start < length);
}

void SpanTree::insert(Span& span) {
  Span* parent = nullptr;
  Span** place = &root_;
  while (*place != nullptr) {
    parent = *place;
    place = span.start < parent->start ? &parent->links.left : &parent->links.right;
  }
  *place = &span;
  span.links = {.parent = parent};
  ++count_;
  mend(&span);
}

void SpanTree::remove(Span& span) {
  const SpanLinks links = span.links;
  Span* changed = links.parent;  // the lowest span that has others below it than before
  if (links.left == nullptr || links.right == nullptr) {
    put_in_place_of(span, links.left != nullptr ? links.left : links.right);
  } else {
    // The next span takes over the place. It has nothing on its left.
    Span* successor = outermost(links.right, left);
    changed = successor;
    if (successor != links.right) {
      changed = successor->links.parent;
      put_in_place_of(*successor, successor->links.right);
      successor->links.right = links.right;
      links.right->links.parent = successor;
    }
    successor->links.left = links.left;
    links.left->links.parent = successor;
    put_in_place_of(span, successor);
  }
  span.links = {};
  --count_;
  mend(changed);
}

void SpanTree::resize(Span& span, u64 start, u64 length) {
  span.start = start;
  span.length = length;
  mend(&span);
}

std::optional<u64> SpanTree::find_gap(u64 length, u64 low, u64 high, u64 alignment) const {
  const auto needed = checked_add(length, std::max(alignment, page_size) - page_size);
  if (!needed || low > high || high - low < *needed) return std::nullopt;
  Gap gap{low, high};
  if (const Span* last = last_starting_below(high)) {
    // From the top: above the last span, between two, and below the first.
    gap = {std::min(last->end(), high), high};
    if (gap.end - std::max(gap.start, low) < *needed) gap = highest_gap_before(last, *needed);
    if (gap.end == 0) gap = {low, root_->links.lowest};
  }
  // Only the highest gap counts that is large enough: all others lie below it, and if `low` cuts
  // this one they lie below `low`.
  const u64 start = std::max(gap.start, low);
  if (gap.end < start || gap.end - start < *needed) return std::nullopt;
  return align_down(gap.end - length, alignment);
}

// Brings up to date what `span` and all above it know, and keeps the sides even.
void SpanTree::mend(Span* span) {
  while (span != nullptr) span = balance(span)->links.parent;
}

// Returns what stands in the place of `span` afterwards.
Span* SpanTree::balance(Span* span) {
  span->links = with_summary(*span);
  for (const Side side : {left, right}) {
    Span* tall = span->links.*side;
    if (height_of(tall) <= height_of(span->links.*opposite(side)) + 1) continue;
    // A side that is tall on the inside would be as tall on the other side after one rotation.
    if (height_of(tall->links.*opposite(side)) > height_of(tall->links.*side))
      rotate(tall, opposite(side));
    return rotate(span, side);
  }
  return span;
}

// The span below on the side `rising` takes the place of `span`, which goes below it.
Span* SpanTree::rotate(Span* span, Side rising) {
  const Side sinking = opposite(rising);
  Span* risen = span->links.*rising;
  Span* between = risen->links.*sinking;
  put_in_place_of(*span, risen);
  span->links.*rising = between;
  if (between != nullptr) between->links.parent = span;
  risen->links.*sinking = span;
  span->links.parent = risen;
  span->links = with_summary(*span);
  risen->links = with_summary(*risen);
  return risen;
}

void SpanTree::put_in_place_of(const Span& span, Span* successor) {
  Span* parent = span.links.parent;
  Span*& place = parent == nullptr             ? root_
                 : parent->links.left == &span ? parent->links.left
                                               : parent->links.right;
  place = successor;
  if (successor != nullptr) successor->links.parent = parent;
}

const char* SpanTree::check() const {
  u64 count = 0;
  const Span* before = nullptr;
  for (const Span* span = outermost(root_, left); span != nullptr; span = next(*span)) {
    if (++count > count_) return "there are more spans than were inserted";
    if (span->length == 0 || span->end() < span->start) return "a span is empty or wraps";
    if (before != nullptr && before->end() > span->start) return "two spans overlap";
    for (const Side side : {left, right})
      if (const Span* below = span->links.*side; below != nullptr && below->links.parent != span)
        return "a link downward has none upward";
    const u64 heights[] = {height_of(span->links.left), height_of(span->links.right)};
    if (std::max(heights[0], heights[1]) > std::min(heights[0], heights[1]) + 1)
      return "two sides differ in height by more than one";
    const SpanLinks known = with_summary(*span);
    if (known.lowest != span->links.lowest || known.highest != span->links.highest ||
        known.largest_gap != span->links.largest_gap || known.height != span->links.height)
      return "a span is wrong about those below it";
    before = span;
  }
  return count == count_ ? nullptr : "there are fewer spans than were inserted";
}

}  // namespace base
