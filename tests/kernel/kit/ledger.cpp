// SPDX-License-Identifier: MIT
#include <new>
#include <tests/kernel/kit/ledger.hpp>

namespace kit {

abi::Status Ledger::set_up(support::Environment& environment) {
  arena_.cap = TRY(environment.memory.retype(abi::ObjectType::untyped, arena_bits));
  arena_.size_bits = arena_bits;
  for (u64 i = 0; i < leaf_count; ++i) {
    leaves_[i].root_index = environment.boot_info->first_free_leaf + i;
    leaves_[i].cnode = TRY(environment.make_leaf(leaves_[i].root_index)).release();
  }
  free_elsewhere_ = environment.memory.free_bytes();
  return {};
}

ipc::SlotAllocator& Ledger::fresh_slots() {
  std::destroy_at(&slots_);
  ipc::SlotAllocator* slots = std::construct_at(&slots_);
  // Cannot fail: it has room for more leaves than there are here.
  for (const Leaf& leaf : leaves_)
    static_cast<void>(slots->add_leaf(leaf.root_index, leaf.cnode, 0));
  return *slots;
}

abi::Status Ledger::take_back() {
  return ipc::invoke(Cap<ipc::CNode>{abi::root_slot::leaf0},
                     abi::cnode::Revoke{.index = ipc::index_in_leaf(arena_.cap)})
      .error();
}

void Ledger::check(Context& t) {
  const Where here = Where::current();
  const auto info = ipc::invoke(arena(), abi::untyped::Info{});
  t.succeeds(info);
  if (info.ok()) t.equals(info->free_bytes, u64{1} << arena_bits);
  t.equals(support::environment().memory.free_bytes(), free_elsewhere_);
  for (const Leaf& leaf : leaves_) {
    for (u64 i = 0; i < abi::leaf_slots; ++i) {
      const auto found = ipc::invoke(leaf.cnode, abi::cnode::Identify{.index = i});
      if (found.ok() && found->type == 0) continue;
      t.fail(here, [&](auto& line) {
        line << "slot " << i << " of leaf " << leaf.root_index << " is left with type "
             << found->type;
      });
    }
  }
}

void Ledger::sweep() {
  for (const Leaf& leaf : leaves_)
    for (u64 i = 0; i < abi::leaf_slots; ++i)
      static_cast<void>(ipc::invoke(leaf.cnode, abi::cnode::Delete{.index = i}));
}

}  // namespace kit
