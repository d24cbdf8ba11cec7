// SPDX-License-Identifier: MIT
#include <bit>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/handle.hpp>
#include <servers/procmgr/process/held.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace cnode = abi::cnode;

// Each leaf signals one of so many bits; leaves may share one.
constexpr u64 signal_bits = 48;
constexpr u64 handles_per_step = 8;
// A leaf and its records: kernel memory in units of 64 bytes stays procmgr's own.
constexpr unsigned leaf_pages_order = std::bit_width((sizeof(HandleLeaf) - 1) / base::page_size);

}  // namespace

abi::Status Handles::add_leaf() {
  if (leaf_count_ == max_leaves) return Error::no_space;
  const CapPtr signal = TRY(core.slots.allocate());
  const auto page = core.pages.allocate(PageUse::tables, leaf_pages_order);
  const auto number = page.ok() ? core.slots.allocate_leaf() : page;
  if (!number.ok()) {
    if (page.ok()) core.pages.free(PageUse::tables, *page, leaf_pages_order);
    core.slots.release(signal);
    return number.error();
  }
  leaves_[leaf_count_] = new (Pages::pointer(*page)) HandleLeaf{.leaf = *number};
  // Into an empty slot, of a capability that is there: neither can fail.
  TRY(ipc::invoke(core.slots.leaf_of(signal),
                  cnode::Mint{.index = index_in_leaf(signal),
                              .source = abi::SlotName::own(core.notification.at()),
                              .rights = abi::notification_right::signal,
                              .data = u64{1} << leaf_count_ % signal_bits}));
  TRY(ipc::invoke(core.slots.leaf(*number), cnode::Configure{.notification = signal}));
  ++leaf_count_;
  return {};
}

abi::Result<u64> Handles::find_place() {
  for (unsigned attempt = 0; attempt < 2; ++attempt) {
    for (u64 i = leaf_count_; i-- != 0;)
      for (u64 word = 0; word < abi::leaf_slots / 64; ++word)
        if (~leaves_[i]->used[word] != 0)
          return i << abi::leaf_bits | word << 6 |
                 static_cast<u64>(std::countr_one(leaves_[i]->used[word]));
    TRY(add_leaf());
  }
  return Error::no_space;
}

abi::Result<Handle*> Handles::make(HandleKind kind, void* object, Rights rights, Account& account) {
  Handle*& first = handles_of(kind, object);
  for (Handle* at = first; at != nullptr; at = at->next)
    if (at->kind == kind && at->rights == rights && at->account == &account) return at;
  Charge charge{account};
  TRY(charge.add(&Limits::handles, 1));
  const u64 place = TRY(find_place());
  HandleLeaf& leaf = *leaves_[place >> abi::leaf_bits];
  const u64 index = place & (abi::leaf_slots - 1);
  Handle& handle = leaf.handles[index];
  const u64 generation = handle.generation + 1;
  const ipc::Cap<ipc::CNode> where = core.slots.leaf(leaf.leaf);
  const BadgeWord badge = BadgeWord::make(static_cast<u64>(kind), generation, place);
  abi::Status made =
      ipc::invoke(where,
                  cnode::Mint{.index = index,
                              .source = abi::SlotName::own(core.endpoint.at()),
                              .rights = abi::endpoint_right::send | abi::endpoint_right::grant,
                              .data = badge.raw})
          .error();
  if (made.ok()) made = ipc::invoke(where, cnode::Anchor{.index = index}).error();
  if (!made.ok()) return made.error();
  charge.keep();
  leaf.used[index / 64] |= u64{1} << index % 64;
  retain(account);
  retain_named(kind, object);
  handle = {.kind = kind,
            .rights = rights,
            .generation = generation,
            .object = object,
            .account = &account,
            .next = first,
            .anchor = abi::cap_at(leaf.leaf, index),
            .number = place};
  first = &handle;
  ++live_;
  return &handle;
}

Handle* Handles::find(BadgeWord badge) const {
  const u64 leaf = badge.number() >> abi::leaf_bits;
  if (leaf >= leaf_count_) return nullptr;
  Handle& handle = leaves_[leaf]->handles[badge.number() & (abi::leaf_slots - 1)];
  const bool is_it = static_cast<u64>(handle.kind) == badge.kind() &&
                     (handle.generation & 0xfff'ffff) == badge.generation();
  return is_it ? &handle : nullptr;
}

void Handles::end(Handle& handle) {
  for (Handle** at = &handles_of(handle.kind, handle.object); *at != nullptr; at = &(*at)->next) {
    if (*at != &handle) continue;
    *at = handle.next;
    break;
  }
  const CapPtr anchor = handle.anchor;
  const ipc::Cap<ipc::CNode> where = core.slots.leaf_of(anchor);
  const u64 index = index_in_leaf(anchor);
  static_cast<void>(ipc::invoke(where, cnode::Revoke{.index = index}));
  static_cast<void>(ipc::invoke(where, cnode::Delete{.index = index}));
  refund(*handle.account, &Limits::handles, 1);
  release(*handle.account);
  for (u64 i = 0; i < leaf_count_; ++i)
    if (leaves_[i]->leaf == anchor.value() >> abi::leaf_bits)
      leaves_[i]->used[index / 64] &= ~(u64{1} << index % 64);
  handle = {.generation = handle.generation};
  --live_;
}

namespace {

void end_unheld(Handle& handle) {
  const HandleKind kind = handle.kind;
  void* object = handle.object;
  core.handles.end(handle);
  handle_is_gone(kind, object);
}

}  // namespace

BadgeWord Handles::badge_of(const Handle& handle) {
  return BadgeWord::make(static_cast<u64>(handle.kind), handle.generation, handle.number);
}

bool Handles::is_expected(const Handle& handle) const {
  for (u64 i = 0; i < expected_count_; ++i)
    if (expected_[i] == badge_of(handle)) return true;
  return false;
}

void Handles::settle() {
  while (expected_count_ != 0) {
    Handle* handle = find(expected_[--expected_count_]);
    if (handle == nullptr) continue;
    const CapPtr anchor = handle->anchor;
    const auto found =
        ipc::invoke(core.slots.leaf_of(anchor), cnode::Identify{.index = index_in_leaf(anchor)});
    if (found.ok() && found->has_children == 0) end_unheld(*handle);
  }
}

bool Handles::collect_some(HandleLeaf& leaf) {
  for (u64 i = 0; i < handles_per_step; ++i) {
    const auto found = ipc::invoke(core.slots.leaf(leaf.leaf), cnode::NextUnreferenced{});
    if (!found.ok()) return true;
    Handle& handle = leaf.handles[found->index];
    if (handle.kind != HandleKind::none && !is_expected(handle)) end_unheld(handle);
  }
  return false;
}

// Leaf after leaf, until one has more than a step ends.
bool Handles::collect_step(Work&) {
  Handles& handles = core.handles;
  for (u64 i = 0; i < handles.leaf_count_; ++i) {
    const bool is_pending = (handles.pending_ >> i % signal_bits & 1) != 0;
    if (is_pending && !handles.collect_some(*handles.leaves_[i])) return false;
  }
  handles.pending_ = 0;
  core.work.remove(handles.work_);
  return true;
}

void Handles::collect(u64 bits) {
  pending_ |= bits;
  if (pending_ == 0) return;
  work_.step = collect_step;
  core.work.add(work_);
}

}  // namespace procmgr
