// SPDX-License-Identifier: MIT
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/memory/slab.hpp>

namespace procmgr {

bool SlabList::grow(u64 size) {
  const auto page = core.pages.allocate(PageUse::tables);
  if (!page.ok()) return false;
  auto* bytes = static_cast<char*>(Pages::pointer(*page));
  const u64 stride = base::align_up(size, alignof(std::max_align_t)).value_or(size);
  for (u64 at = 0; at + stride <= base::page_size; at += stride)
    first_ = new (bytes + at) Free{first_};
  return true;
}

void* SlabList::allocate(u64 size) {
  if (!core.injector.allocate().ok()) return nullptr;
  if (first_ == nullptr && !grow(size)) return nullptr;
  Free* taken = first_;
  first_ = taken->next;
  ++live_;
  return taken;
}

void SlabList::release(void* record) {
  first_ = new (record) Free{first_};
  --live_;
}

}  // namespace procmgr
