// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <algorithm>
#include <boot/memory/memory_plan.hpp>

namespace boot {

namespace {

Result<void> cut_to_window(const Board& board, MemoryPlan& plan, Notices& notices) {
  for (const Range& range : board.memory) {
    const Range reachable{range.begin, std::min(range.end, abi::layout::physical_window_size)};
    if (reachable != range) notices.add(Warning::memory_outside_window);
    if (!plan.memory.insert(reachable)) return Fault::tree_too_many_ranges;
  }
  plan.window = plan.memory;
  for (const Range& range : board.no_map)
    if (!plan.window.remove(range)) return Fault::tree_too_many_ranges;
  return {};
}

// What `usable` has in common with `pages` goes to the list.
Result<void> add_common(const PagePool& usable, Range pages, PagePool::Ranges& list) {
  for (const Range& range : usable.ranges()) {
    const Range common{std::max(range.begin, pages.begin), std::min(range.end, pages.end)};
    if (!list.insert(common)) return Fault::too_many_pieces;
  }
  return {};
}

}  // namespace

Result<Range> archive_range(const Board& board) {
  if (!board.archive_begin || !board.archive_end) return Fault::archive_missing;
  if (*board.archive_begin >= *board.archive_end) return Fault::archive_range_damaged;
  const std::optional<Range> range =
      Range::from(*board.archive_begin, *board.archive_end - *board.archive_begin);
  if (!range) return Fault::archive_range_damaged;
  return *range;
}

Result<void> plan_memory(const Board& board, const Occupied& occupied, MemoryPlan& plan,
                         Notices& notices) {
  TRY(cut_to_window(board, plan, notices));
  if (!plan.window.contains(occupied.archive.outer_pages())) return Fault::archive_outside_memory;
  if (occupied.archive.overlaps(occupied.image) || occupied.archive.overlaps(occupied.tree))
    return Fault::archive_overlaps_boot;

  for (const Range& range : plan.window) TRY(plan.pool.give(range));
  for (const Range& range : board.reserved) TRY(plan.pool.withhold(range));
  TRY(plan.pool.withhold(occupied.archive.outer_pages()));

  for (const Range pages : {occupied.image, occupied.tree.outer_pages()}) {
    TRY(add_common(plan.pool, pages, plan.boot_only));
    TRY(plan.pool.withhold(pages));
  }
  return {};
}

}  // namespace boot
