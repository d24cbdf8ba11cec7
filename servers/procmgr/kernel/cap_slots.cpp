// SPDX-License-Identifier: MIT
#include <abi/slots.hpp>
#include <bit>
#include <libipc/invoke.hpp>
#include <libipc/transfer.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>
#include <utility>

namespace procmgr {

namespace {

using abi::Error;
using ipc::Cap;
using ipc::CNode;

constexpr Cap<CNode> root{abi::root_slot::cspace};

// Making a leaf takes slots and memory itself.
constexpr u64 reserve = 96;

constinit SlotLeaf first_leaf;

void mark(SlotLeaf& leaf, u64 first, u64 count, bool used) {
  for (u64 i = first; i < first + count; ++i) {
    const u64 bit = u64{1} << i % 64;
    leaf.used[i / 64] = used ? leaf.used[i / 64] | bit : leaf.used[i / 64] & ~bit;
  }
}

// The start of a run of free slots within one word of the map; leaf_slots if there is none.
u64 find_run(const SlotLeaf& leaf, u64 count) {
  for (u64 word = 0; word < abi::leaf_slots / 64; ++word) {
    u64 starts = ~leaf.used[word];
    for (u64 i = 1; i < count && starts != 0; ++i) starts &= ~leaf.used[word] >> i;
    if (starts != 0) return word * 64 + static_cast<u64>(std::countr_zero(starts));
  }
  return abi::leaf_slots;
}

}  // namespace

void CapSlots::initialise(u64 first_free_leaf) {
  first_leaf.cnode = abi::root_slot::leaf0;
  mark(first_leaf, 0, index_in_leaf(abi::root_slot::first_free), true);
  leaves_[0] = &first_leaf;
  // What stands between was filled by the kernel and is never given back.
  leaf_count_ = first_free_leaf;
  free_ = abi::leaf_slots - index_in_leaf(abi::root_slot::first_free);
}

abi::Result<u64> CapSlots::make_leaf() {
  if (leaf_count_ == max_leaves) return Error::no_space;
  auto* record = core.tables.make<SlotLeaf>();
  if (record == nullptr) return Error::no_memory;
  const auto cnode = core.objects.make(abi::ObjectType::cnode, abi::leaf_bits);
  if (!cnode.ok()) {
    core.tables.release(record);
    return cnode.error();
  }
  const auto placed = ipc::invoke(root, abi::cnode::Copy{.index = leaf_count_,
                                                         .source = abi::SlotName::own(*cnode),
                                                         .rights = abi::all_rights});
  if (!placed.ok()) {
    // The CNode's memory cannot be given back alone; the next leaf is as good a use of it.
    remove(*cnode);
    core.tables.release(record);
    return placed.error();
  }
  record->cnode = *cnode;
  leaves_[leaf_count_] = record;
  return leaf_count_++;
}

abi::Status CapSlots::grow() {
  if (is_growing_) return {};
  is_growing_ = true;
  const auto made = make_leaf();
  is_growing_ = false;
  TRY(made);
  free_ += abi::leaf_slots;
  return {};
}

abi::Result<CapPtr> CapSlots::allocate_run(u64 count) {
  for (unsigned attempt = 0; attempt < 2; ++attempt) {
    if (free_ < reserve + count) {
      const abi::Status grown = grow();
      if (!grown.ok() && free_ < count) return grown.error();
    }
    for (u64 i = 0; i < leaf_count_; ++i) {
      const u64 number = (current_ + i) % leaf_count_;
      if (leaves_[number] == nullptr) continue;
      const u64 first = find_run(*leaves_[number], count);
      if (first == abi::leaf_slots) continue;
      mark(*leaves_[number], first, count, true);
      current_ = number;
      free_ -= count;
      used_ += count;
      return abi::cap_at(number, first);
    }
    TRY(grow());
  }
  return Error::no_space;
}

abi::Result<u64> CapSlots::allocate_leaf() {
  const u64 number = TRY(make_leaf());
  mark(*leaves_[number], 0, abi::leaf_slots, true);
  return number;
}

void CapSlots::release(CapPtr at) {
  mark(record_of(at), index_in_leaf(at), 1, false);
  current_ = at.value() >> abi::leaf_bits;
  ++free_;
  --used_;
}

void CapSlots::remove(CapPtr at) {
  static_cast<void>(ipc::invoke(leaf_of(at), abi::cnode::Delete{.index = index_in_leaf(at)}));
  release(at);
}

void CapSlots::destroy(CapPtr at) {
  static_cast<void>(ipc::invoke(leaf_of(at), abi::cnode::Revoke{.index = index_in_leaf(at)}));
  remove(at);
}

abi::Result<CapPtr> CapSlots::outgoing() {
  if (outgoing_ == CapPtr{}) outgoing_ = TRY(allocate());
  has_outgoing_ = true;
  return outgoing_;
}

void CapSlots::clear_outgoing() {
  if (!has_outgoing_) return;
  has_outgoing_ = false;
  static_cast<void>(
      ipc::invoke(leaf_of(outgoing_), abi::cnode::Delete{.index = index_in_leaf(outgoing_)}));
}

abi::Status CapSlots::accept_incoming() {
  keep_incoming(TRY(allocate()));
  return {};
}

CapPtr CapSlots::keep_incoming(CapPtr next) {
  ipc::accept_into(ipc::CapPtrs<1>{next});
  return std::exchange(incoming_, next);
}

void CapSlots::clear_incoming() {
  static_cast<void>(
      ipc::invoke(leaf_of(incoming_), abi::cnode::Delete{.index = index_in_leaf(incoming_)}));
}

Cap<CNode> CapSlots::leaf_of(CapPtr at) const { return Cap<CNode>{record_of(at).cnode}; }

void CapSlots::push(CapStack& stack, CapPtr at) {
  record_of(at).next[index_in_leaf(at)] = stack.top;
  stack.top = static_cast<u32>(at.value());
  ++stack.count;
}

CapPtr CapSlots::pop(CapStack& stack) {
  if (stack.top == 0) return {};
  const CapPtr at{stack.top};
  stack.top = record_of(at).next[index_in_leaf(at)];
  --stack.count;
  return at;
}

}  // namespace procmgr
