// SPDX-License-Identifier: MIT
#include <abi/proto/procmgr.hpp>
#include <libipc/invoke.hpp>
#include <libipc/process/slots.hpp>

namespace ipc {
namespace {

constinit const abi::ProcessPage* page = nullptr;
constinit u64 next_leaf = abi::bundle_slot::leaf;

// Grants fill the bundle from `first_grant` on without gaps, so the first empty slot ends them.
u64 first_free_in_bundle(Cap<CNode> leaf) {
  u64 index = index_in_leaf(abi::bundle_slot::first_grant);
  for (; index < abi::leaf_slots; ++index) {
    const auto found = invoke(leaf, abi::cnode::Identify{.index = index});
    if (!found.ok() || found->type == static_cast<u64>(abi::ObjectType::null)) break;
  }
  return index;
}

// The new leaf's own CNode arrives in the first slot of that leaf: the kernel looks for the slot
// when the answer comes, and then the leaf is there.
abi::Status add_leaf(SlotAllocator& slots, u64 leaf) {
  const abi::CapPtr cnode = abi::cap_at(leaf, 0);
  TRY(call(Cap<Endpoint>{abi::process_slot::self}, abi::procmgr::AddLeaf{.index = leaf}, {},
           {cnode}));
  return slots.add_leaf(leaf, Cap<CNode>{cnode}, 1);
}

abi::Status grow(SlotAllocator& slots) {
  for (; next_leaf < abi::procmgr::max_leaves; ++next_leaf) {
    if (next_leaf == abi::bundle_slot::leaf) {
      if (process_page().has_bundle == 0) continue;
      const Cap<CNode> bundle{abi::process_slot::leaf1};
      ++next_leaf;
      return slots.add_leaf(abi::bundle_slot::leaf, bundle, first_free_in_bundle(bundle));
    }
    const abi::Status added = add_leaf(slots, next_leaf);
    if (added.error() == abi::Error::occupied) continue;  // the program added it itself
    if (added.ok()) ++next_leaf;
    return added;
  }
  return abi::Error::no_space;
}

constinit SlotAllocator own_slots{&grow};

}  // namespace

SlotAllocator& slots() { return own_slots; }

const abi::ProcessPage& process_page() { return *page; }
void set_process_page(const abi::ProcessPage* at) { page = at; }

}  // namespace ipc
