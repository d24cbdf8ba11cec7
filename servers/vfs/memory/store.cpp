// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <new>
#include <servers/vfs/memory/store.hpp>

namespace vfs {

namespace {

// The last one is a page without a header; those before fill a page with one.
constexpr u64 sizes[] = {32, 64, 96, 128, 192, 256, 336, 496, 672, 1008, 2016, base::page_size};

}  // namespace

u64 Store::class_of(u64 bytes) {
  const auto* found = std::ranges::lower_bound(sizes, bytes);
  return static_cast<u64>(found - std::begin(sizes));
}

u64 Store::capacity_of(u64 bytes) { return sizes[class_of(bytes)]; }

u64 Store::blocks_in_page(u64 size_class) {
  return (base::page_size - first_block) / sizes[size_class];
}

void* Store::block_at(Slab& slab, u64 index) {
  return reinterpret_cast<u8*>(&slab) + first_block + index * sizes[slab.size_class];
}

Store& Store::owner_of(void* block) {
  const u64 page = reinterpret_cast<u64>(block) & ~(base::page_size - 1);
  return *reinterpret_cast<Slab*>(page)->store;
}

abi::Result<void*> Store::take_page() {
  void* page = TRY(source_.allocate(source_.context));
  ++pages_;
  return page;
}

void Store::give_page(void* page) {
  --pages_;
  source_.release(source_.context, page);
}

abi::Result<Store::Slab*> Store::make_slab(u64 size_class) {
  auto* slab = new (TRY(take_page())) Slab{.store = this, .size_class = size_class};
  slab->untouched = static_cast<u32>(blocks_in_page(size_class));
  partial_[size_class].push_front(slab);
  return slab;
}

abi::Result<void*> Store::allocate(u64 bytes) {
  static_assert(std::size(sizes) == class_count);
  const u64 size_class = class_of(bytes);
  if (size_class == class_count - 1) {
    void* page = TRY(take_page());
    ++blocks_;
    return page;
  }
  Slab* slab = partial_[size_class].front();
  if (slab == nullptr) slab = TRY(make_slab(size_class));
  void* block = slab->free;
  if (block != nullptr) {
    slab->free = *static_cast<void**>(block);
  } else {
    block = block_at(*slab, blocks_in_page(size_class) - slab->untouched--);
  }
  ++slab->used;
  ++blocks_;
  if (slab->free == nullptr && slab->untouched == 0) partial_[size_class].remove(slab);
  return block;
}

void Store::release(void* block, u64 bytes) {
  const u64 size_class = class_of(bytes);
  --blocks_;
  if (size_class == class_count - 1) {
    give_page(block);
    rest_if_idle();
    return;
  }
  auto* slab = reinterpret_cast<Slab*>(reinterpret_cast<u64>(block) & ~(base::page_size - 1));
  if (slab->free == nullptr && slab->untouched == 0) partial_[size_class].push_front(slab);
  *static_cast<void**>(block) = slab->free;
  slab->free = block;
  if (--slab->used == 0) {
    partial_[size_class].remove(slab);
    give_page(slab);
  }
  rest_if_idle();
}

void Store::leave() {
  --users_;
  rest_if_idle();
}

// The source may end the store, so nothing of it is touched behind this.
void Store::rest_if_idle() {
  if (users_ == 0 && blocks_ == 0 && source_.idle != nullptr) source_.idle(source_.context);
}

}  // namespace vfs
