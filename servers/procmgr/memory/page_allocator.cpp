// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <servers/procmgr/memory/page_allocator.hpp>

namespace procmgr {

namespace {

constexpr u64 pages_of(unsigned order) { return u64{1} << order; }

}  // namespace

void PageAllocator::initialise(std::span<PageRecord> records, u64 first_page) {
  *this = {};
  records_ = records;
  first_page_ = first_page;
  std::fill(records.begin(), records.end(), PageRecord{});
  std::fill(std::begin(first_), std::end(first_), static_cast<u32>(PageRecord::no_link));
}

void PageAllocator::add(u64 page, u64 count) {
  for (PageRecord& record : records_.subspan(page - first_page_, count))
    record.state = PageRecord::other;
  total_pages_ += count;
  while (count != 0) {
    // The largest run that begins here: by the page's own alignment, and by what is left.
    const auto aligned = static_cast<unsigned>(std::countr_zero(page));
    const auto fitting = static_cast<unsigned>(std::bit_width(count) - 1);
    const unsigned order = std::min({aligned, fitting, max_order});
    free(page, order);
    page += pages_of(order);
    count -= pages_of(order);
  }
}

abi::Result<u64> PageAllocator::allocate(unsigned order) {
  if (order > max_order || non_empty_ >> order == 0) return abi::Error::no_memory;
  unsigned found = order + static_cast<unsigned>(std::countr_zero(non_empty_ >> order));
  const u64 index = first_[found];
  unlink(index);
  // What is too much goes back half by half; the lower half is kept.
  while (found > order) {
    --found;
    push(index + pages_of(found), found);
  }
  free_pages_ -= pages_of(order);
  return first_page_ + index;
}

void PageAllocator::free(u64 page, unsigned order) {
  free_pages_ += pages_of(order);
  u64 index = page - first_page_;
  while (order < max_order) {
    const u64 buddy = buddy_of(index, order);
    if (!is_free_run(buddy, order)) break;
    unlink(buddy);
    index = std::min(index, buddy);
    ++order;
  }
  push(index, order);
}

// Neither an index without a record nor a page that is absent is ever a free run: runs merge only
// with what is there.
bool PageAllocator::is_free_run(u64 index, unsigned order) const {
  return index < records_.size() && records_[index].state == PageRecord::free_run &&
         records_[index].order == order;
}

// Runs are aligned by page number, not by index. Of a buddy below the first record the index wraps
// and is larger than any other.
u64 PageAllocator::buddy_of(u64 index, unsigned order) const {
  return ((first_page_ + index) ^ pages_of(order)) - first_page_;
}

void PageAllocator::push(u64 index, unsigned order) {
  const u32 next = first_[order];
  records_[index] = {
      .next = next, .previous = PageRecord::no_link, .order = order, .state = PageRecord::free_run};
  if (next != PageRecord::no_link) records_[next].previous = index & PageRecord::no_link;
  first_[order] = static_cast<u32>(index);
  non_empty_ |= u32{1} << order;
}

void PageAllocator::unlink(u64 index) {
  const PageRecord record = records_[index];
  const auto order = static_cast<unsigned>(record.order);
  if (record.next != PageRecord::no_link) records_[record.next].previous = record.previous;
  if (record.previous != PageRecord::no_link)
    records_[record.previous].next = record.next;
  else
    first_[order] = static_cast<u32>(record.next);
  if (first_[order] == PageRecord::no_link) non_empty_ &= ~(u32{1} << order);
  records_[index].state = PageRecord::other;
}

const char* PageAllocator::check() const {
  u64 listed = 0;
  for (unsigned order = 0; order <= max_order; ++order)
    if (const char* broken = check_list(order, listed)) return broken;
  u64 present = 0;
  u64 in_runs = 0;
  for (u64 index = 0; index < records_.size(); ++index) {
    if (records_[index].state != PageRecord::absent) ++present;
    if (records_[index].state != PageRecord::free_run) continue;
    if (const char* broken = check_run(index)) return broken;
    in_runs += pages_of(static_cast<unsigned>(records_[index].order));
  }
  if (in_runs != listed) return "a free run stands in no list";
  if (in_runs != free_pages_) return "the number of free pages is wrong";
  if (present != total_pages_) return "the number of pages is wrong";
  return nullptr;
}

// Adds the list's pages to `pages`.
const char* PageAllocator::check_list(unsigned order, u64& pages) const {
  if ((first_[order] != PageRecord::no_link) != ((non_empty_ >> order & 1) != 0))
    return "the bit of an order differs from its list";
  u64 previous = PageRecord::no_link;
  u64 index = first_[order];
  while (index != PageRecord::no_link) {
    if (!is_free_run(index, order)) return "a list has a page that is no free run of its order";
    if (records_[index].previous != previous) return "a list differs backward from forward";
    previous = index;
    index = records_[index].next;
    pages += pages_of(order);
    if (pages > records_.size()) return "a list runs in a circle";
  }
  return nullptr;
}

const char* PageAllocator::check_run(u64 index) const {
  const auto order = static_cast<unsigned>(records_[index].order);
  if (order > max_order) return "a free run has no possible order";
  if ((first_page_ + index) % pages_of(order) != 0) return "a free run is not aligned";
  if (index + pages_of(order) > records_.size()) return "a free run ends behind the last page";
  for (u64 inner = index + 1; inner < index + pages_of(order); ++inner)
    if (records_[inner].state != PageRecord::other) return "a free run has a foreign page in it";
  if (order < max_order && is_free_run(buddy_of(index, order), order))
    return "two free buddies have not merged";
  return nullptr;
}

}  // namespace procmgr
