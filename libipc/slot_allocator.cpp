// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/slot_allocator.hpp>

namespace ipc {

void SlotAllocator::Leaf::mark(u64 first, u64 count, bool as_used) {
  for (u64 i = first; i < first + count; ++i) {
    const u64 bit = u64{1} << i % 64;
    used[i / 64] = as_used ? used[i / 64] | bit : used[i / 64] & ~bit;
  }
}

u64 SlotAllocator::Leaf::find_run(u64 count) const {
  u64 length = 0;
  for (u64 i = 0; i < abi::leaf_slots; ++i) {
    length = is_used(i) ? 0 : length + 1;
    if (length == count) return i + 1 - count;
  }
  return abi::leaf_slots;
}

abi::Status SlotAllocator::add_leaf(u64 leaf, Cap<CNode> cnode, u64 first) {
  if (leaf_count_ == max_leaves) return abi::Error::no_space;
  Leaf& added = leaves_[leaf_count_++];
  added = {.root_index = leaf, .cnode = cnode};
  added.mark(0, first, true);
  // The slot whose address would be 0 can be filled but never named.
  if (leaf == 0) added.mark(0, 1, true);
  return {};
}

abi::Result<abi::CapPtr> SlotAllocator::allocate_run(u64 count) {
  auto run = take_run(count);
  // A leaf may be too full for a long run, but not for one slot: each turn adds one, up to the most
  // that there can be.
  while (!run.ok() && grow_ != nullptr && count < abi::leaf_slots) {
    TRY(grow_(*this));
    run = take_run(count);
  }
  return run;
}

abi::Result<abi::CapPtr> SlotAllocator::take_run(u64 count) {
  for (Leaf& leaf : std::span{leaves_, leaf_count_}) {
    const u64 first = leaf.find_run(count);
    if (first == abi::leaf_slots) continue;
    leaf.mark(first, count, true);
    return abi::cap_at(leaf.root_index, first);
  }
  return abi::Error::no_space;
}

const SlotAllocator::Leaf* SlotAllocator::leaf_of(abi::CapPtr at) const {
  for (const Leaf& leaf : std::span{leaves_, leaf_count_})
    if (leaf.root_index == at.value() >> abi::leaf_bits) return &leaf;
  return nullptr;
}

void SlotAllocator::release(abi::CapPtr at) {
  for (Leaf& leaf : std::span{leaves_, leaf_count_})
    if (leaf.root_index == at.value() >> abi::leaf_bits) leaf.mark(index_in_leaf(at), 1, false);
}

void SlotAllocator::clear(abi::CapPtr at) {
  // Deleting what we own can only fail if the leaf itself was taken away, and the slot with it.
  static_cast<void>(invoke(cnode_of(at), abi::cnode::Delete{.index = index_in_leaf(at)}));
  release(at);
}

Cap<CNode> SlotAllocator::cnode_of(abi::CapPtr at) const {
  const Leaf* leaf = leaf_of(at);
  return leaf == nullptr ? Cap<CNode>{} : leaf->cnode;
}

u64 SlotAllocator::free_count() const {
  u64 used = 0;
  for (const Leaf& leaf : std::span{leaves_, leaf_count_})
    for (const u64 bits : leaf.used) used += static_cast<u64>(std::popcount(bits));
  return leaf_count_ * abi::leaf_slots - used;
}

}  // namespace ipc
