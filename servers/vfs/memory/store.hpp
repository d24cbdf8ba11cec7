// SPDX-License-Identifier: MIT
// Where the tree's records come from: blocks of a few sizes, cut out of pages that somebody pays
// for. Each payer has a store of its own, so what one client makes stands in pages of that client's
// account, and goes back to it.
//
//   page with a header:  [ Slab | block | block | ... ]     blocks of one size
//   whole page:          [ 4,096 bytes ]                    no header; its owner knows the store
//
// Invariant: a page with a header holds at least one block that is in use. `partial_[c]` lists
// those of size c that have room.
#pragma once

#include <abi/error.hpp>
#include <base/list.hpp>
#include <base/units.hpp>

namespace vfs {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

// Pages of 4,096 bytes, aligned; their contents are undefined. `idle`: the last block and the last
// user have gone, so the source may end together with the store.
struct PageSource {
  void* context = nullptr;
  abi::Result<void*> (*allocate)(void* context) = nullptr;
  void (*release)(void* context, void* page) = nullptr;
  void (*idle)(void* context) = nullptr;
};

class Store {
 public:
  constexpr Store() = default;
  constexpr explicit Store(const PageSource& source) : source_(source) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  static constexpr u64 max_block = base::page_size;

  // A block of at least `bytes`, which are at most max_block. Errors: those of the source.
  abi::Result<void*> allocate(u64 bytes);
  // `bytes` as it was allocated.
  void release(void* block, u64 bytes);

  // How many bytes a block really has that was asked for with `bytes`.
  static u64 capacity_of(u64 bytes);
  // Of a block of less than a whole page.
  static Store& owner_of(void* block);

  // Somebody who may allocate; without users and blocks the store is idle.
  void retain() { ++users_; }
  void leave();

  // What its source was made with.
  [[nodiscard]] void* context() const { return source_.context; }

  [[nodiscard]] u64 blocks() const { return blocks_; }
  [[nodiscard]] u64 pages() const { return pages_; }

 private:
  struct Slab {
    Store* store = nullptr;
    base::Link<Slab> link;  // in partial_, while there is room
    void* free = nullptr;   // blocks that were used before; each begins with the next
    u32 used = 0;
    u32 untouched = 0;  // blocks at the end that were never used
    u64 size_class = 0;
  };
  static constexpr u64 class_count = 12;
  static constexpr u64 first_block = 64;
  static_assert(sizeof(Slab) <= first_block);

  static u64 class_of(u64 bytes);
  static u64 blocks_in_page(u64 size_class);
  static void* block_at(Slab& slab, u64 index);
  abi::Result<Slab*> make_slab(u64 size_class);
  abi::Result<void*> take_page();
  void give_page(void* page);
  void rest_if_idle();

  PageSource source_;
  base::List<Slab, &Slab::link> partial_[class_count];
  u64 users_ = 0;
  u64 blocks_ = 0;
  u64 pages_ = 0;
};

}  // namespace vfs
