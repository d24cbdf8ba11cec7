// SPDX-License-Identifier: MIT
// Physical pages for programs and for procmgr's own tables. procmgr sees all of them through one
// window of its address space: page number n lies at `window + n * 4096`.
#pragma once

#include <servers/procmgr/kernel/cap_slots.hpp>
#include <servers/procmgr/memory/page_allocator.hpp>

namespace procmgr {

// Who has a page. Free and these make up the whole, always.
enum class PageUse : u8 {
  owned,   // an account pays for it
  tables,  // procmgr's own records
  shells,  // part of a process shell
};
inline constexpr u64 page_uses = 3;

// A run of memory under one Frame. Address spaces map its pages through copies of that capability.
struct Block {
  CapPtr frame;
  u64 first_page = 0;
  u64 pages = 0;
  bool is_device = false;
};

class Pages {
 public:
  constexpr Pages() = default;

  static constexpr u64 window = 0x20'0000'0000;
  static constexpr u64 max_blocks = 48;

  [[nodiscard]] static void* pointer(u64 page) {
    return reinterpret_cast<void*>(window + page * base::page_size);
  }
  [[nodiscard]] static u64 page_of(const void* pointer) {
    return (reinterpret_cast<u64>(pointer) - window) / base::page_size;
  }

  // Blocks are mapped in the window by whoever adds them. Error: no_space.
  abi::Status add_block(const Block& block);
  // The records of the allocator, for pages from `first_page` on.
  void initialise(std::span<PageRecord> records, u64 first_page) {
    allocator_.initialise(records, first_page);
  }
  void add_free(u64 page, u64 count) { allocator_.add(page, count); }

  // 2^order pages; what they hold is left over from others. Error: no_memory.
  abi::Result<u64> allocate(PageUse use, unsigned order = 0);
  abi::Result<u64> allocate_zeroed(PageUse use);
  void free(PageUse use, u64 page, unsigned order = 0);

  // Pages change hands.
  void rename(PageUse from, PageUse to, u64 count) {
    used_[static_cast<u64>(from)] -= count;
    used_[static_cast<u64>(to)] += count;
  }

  // The number of the block that holds the page, which is in one.
  [[nodiscard]] u64 block_of(u64 page);
  [[nodiscard]] const Block& block(u64 number) const { return blocks_[number]; }
  [[nodiscard]] u64 block_count() const { return block_count_; }

  [[nodiscard]] u64 total() const { return allocator_.total_pages(); }
  [[nodiscard]] u64 free_count() const { return allocator_.free_pages() + kept_count_; }
  [[nodiscard]] u64 used(PageUse use) const { return used_[static_cast<u64>(use)]; }

 private:
  abi::Result<u64> take_run(unsigned order);

  PageAllocator allocator_;
  // Single pages that went back last, for whoever wants one next: so that a page that comes and
  // goes does not cut a large run up and put it together again each time.
  static constexpr u64 max_kept = 16;
  u64 kept_[max_kept] = {};
  u64 kept_count_ = 0;
  Block blocks_[max_blocks] = {};
  u64 block_count_ = 0;
  u64 latest_block_ = 0;
  u64 used_[page_uses] = {};
};

// Writes made through the window become visible to instruction fetches.
void make_coherent(u64 page);

}  // namespace procmgr
