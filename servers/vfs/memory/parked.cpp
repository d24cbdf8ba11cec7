// SPDX-License-Identifier: MIT
#include <bit>
#include <libipc/invoke.hpp>
#include <libipc/process/self.hpp>
#include <servers/vfs/memory/parked.hpp>

namespace vfs {

namespace {

namespace cnode = abi::cnode;
using abi::Error;
using abi::SlotName;

}  // namespace

abi::Result<Cap<ipc::CNode>> make_outer_leaf() {
  auto leaf = TRY(ipc::obtain<ipc::CNode>(ipc::self, abi::procmgr::MakeLeaf{}));
  return leaf.release();
}

// Number 0 names nothing, so the first place of the first leaf stays empty.
abi::Result<ParkedNumber> Parked::find_place() {
  for (u64 i = first_free_; i <= leaf_count_ && i < max_leaves; ++i) {
    Leaf& leaf = leaves_[i];
    if (i == leaf_count_) {
      leaf.cnode = TRY(make_outer_leaf());
      leaf.used[0] = i == 0 ? 1 : 0;
      ++leaf_count_;
    }
    first_free_ = i;
    for (u64 word = 0; word < std::size(leaf.used); ++word)
      if (~leaf.used[word] != 0)
        return static_cast<u32>(i << abi::leaf_bits | word << 6 |
                                static_cast<u64>(std::countr_one(leaf.used[word])));
  }
  return Error::no_space;
}

abi::Result<ParkedNumber> Parked::park(Owned<Endpoint>& capability) {
  const ParkedNumber number = TRY(find_place());
  Leaf& leaf = leaves_[number >> abi::leaf_bits];
  const u64 index = number & (abi::leaf_slots - 1);
  const SlotPlace from = place_of(capability.at());
  TRY(ipc::invoke(leaf.cnode, cnode::Move{.index = index,
                                          .source = SlotName::in(from.cnode.at(), from.index)}));
  capability.reset();  // the slot is empty, and goes back
  leaf.used[index / 64] |= u64{1} << index % 64;
  ++count_;
  return number;
}

abi::Result<Owned<Endpoint>> Parked::copy_of(ParkedNumber number) {
  const abi::CapPtr at = TRY(ipc::slots().allocate());
  const SlotPlace to = place_of(at);
  const auto copied = ipc::invoke(
      to.cnode, cnode::Copy{.index = to.index,
                            .source = SlotName::in(leaves_[number >> abi::leaf_bits].cnode.at(),
                                                   number & (abi::leaf_slots - 1)),
                            .rights = abi::all_rights});
  if (!copied.ok()) {
    ipc::slots().release(at);
    return copied.error();
  }
  return Owned<Endpoint>{ipc::slots(), at};
}

abi::Result<Owned<Endpoint>> Parked::lend_bell(ParkedNumber number) {
  const abi::CapPtr at = TRY(ipc::slots().allocate());
  Owned<Endpoint> lent{ipc::slots(), at};
  const SlotPlace to = place_of(at);
  TRY(ipc::invoke(to.cnode,
                  cnode::Mint{.index = to.index,
                              .source = SlotName::in(leaves_[number >> abi::leaf_bits].cnode.at(),
                                                     number & (abi::leaf_slots - 1)),
                              .rights = abi::all_rights,
                              .data = 1}));
  return lent;
}

void Parked::take_back(ParkedNumber number) {
  static_cast<void>(ipc::invoke(leaves_[number >> abi::leaf_bits].cnode,
                                cnode::Revoke{.index = number & (abi::leaf_slots - 1)}));
}

// Whoever is used, is mostly used again.
abi::Result<Cap<Endpoint>> Parked::use(ParkedNumber number) {
  for (const Borrowed& borrowed : borrowed_)
    if (borrowed.number == number) return borrowed.copy.get();
  auto copy = TRY(copy_of(number));
  Borrowed& place = borrowed_[next_borrowed_++ % borrowed_at_once];
  place.number = number;
  place.copy = std::move(copy);
  return place.copy.get();
}

void Parked::drop(ParkedNumber number) {
  for (Borrowed& borrowed : borrowed_)
    if (borrowed.number == number) {
      borrowed.number = 0;
      borrowed.copy.reset();
    }
  const u64 i = number >> abi::leaf_bits;
  const u64 index = number & (abi::leaf_slots - 1);
  static_cast<void>(ipc::invoke(leaves_[i].cnode, cnode::Delete{.index = index}));
  leaves_[i].used[index / 64] &= ~(u64{1} << index % 64);
  if (i < first_free_) first_free_ = i;
  --count_;
}

}  // namespace vfs
