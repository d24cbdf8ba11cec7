// SPDX-License-Identifier: MIT
// Who has which physical page: a buddy allocator. Runs of 2^order pages begin at multiples of their
// size, so two free neighbours of one size (buddies) are found by one bit and merge at once.
//
//   first_[1] -> run -> run             one list of free runs per order, the last freed in front:
//   first_[0] -> run                    its contents are most likely in a cache
//
// Invariants, shown by check(): each free page lies in exactly one free run; a run's first page
// alone has the state free_run; two free buddies never stand beside each other; `non_empty_` has
// the bit of exactly the orders whose list is not empty.
#pragma once

#include <abi/error.hpp>
#include <abi/types.hpp>
#include <span>

namespace procmgr {

using base::u32;
using base::u64;
using base::u8;

// What is known of one page, in one word: 2 MiB of records for each GiB of memory.
struct PageRecord {
  enum State : u64 {
    absent = 0,    // nobody has added it
    other = 1,     // in use, or in a free run behind its first page
    free_run = 2,  // the first page of a free run
  };
  static constexpr unsigned link_bits = 28;
  static constexpr u64 no_link = (u64{1} << link_bits) - 1;

  // Of the first page of a free run: its neighbours in the list, and its size.
  u64 next : link_bits = no_link;
  u64 previous : link_bits = no_link;
  u64 order : 6 = 0;
  u64 state : 2 = absent;
};
static_assert(sizeof(PageRecord) == sizeof(u64));

class PageAllocator {
 public:
  static constexpr unsigned max_order = 18;  // 1 GiB
  static constexpr u64 max_pages = PageRecord::no_link;

  // `records`: one per page from `first_page` (an address >> 12) on, at most max_pages; what they
  // hold does not matter. No page is there before somebody adds it.
  void initialise(std::span<PageRecord> records, u64 first_page);

  // Pages that have records and were not added before: they are free now.
  void add(u64 page, u64 count);

  // The first of 2^order pages. Error: no_memory.
  abi::Result<u64> allocate(unsigned order);

  // `page` is a multiple of 2^order, and all 2^order pages are in use: a run that was allocated, or
  // an aligned part of one. Whether that holds is not looked at here; check() finds most of it.
  void free(u64 page, unsigned order);

  [[nodiscard]] u64 free_pages() const { return free_pages_; }
  [[nodiscard]] u64 total_pages() const { return total_pages_; }

  // The invariant that is broken, in a sentence; null if all hold. Looks at every page.
  [[nodiscard]] const char* check() const;

 private:
  void push(u64 index, unsigned order);
  void unlink(u64 index);
  [[nodiscard]] bool is_free_run(u64 index, unsigned order) const;
  [[nodiscard]] u64 buddy_of(u64 index, unsigned order) const;
  [[nodiscard]] const char* check_list(unsigned order, u64& pages) const;
  [[nodiscard]] const char* check_run(u64 index) const;

  std::span<PageRecord> records_;
  u64 first_page_ = 0;
  u64 free_pages_ = 0;
  u64 total_pages_ = 0;
  u32 non_empty_ = 0;  // a bit per order
  u32 first_[max_order + 1] = {};
};

}  // namespace procmgr
