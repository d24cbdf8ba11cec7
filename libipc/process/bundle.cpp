// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/process/bundle.hpp>

namespace ipc {

abi::Result<Bundle> Bundle::make() {
  LandingSlot leaf = TRY(LandingSlot::make());
  LandingSlot handle = TRY(LandingSlot::make());
  const auto made = TRY(call(self, abi::procmgr::MakeBundle{}, {}, {leaf.at(), handle.at()}));
  if (made.arrivals.in_slots != 3) return abi::Error::not_supported;
  return Bundle{leaf.landed<CNode>(), handle.landed<Endpoint>()};
}

abi::Status Bundle::put(abi::CapPtr slot, abi::CapPtr source, abi::Rights rights) {
  return invoke(leaf_.get(), abi::cnode::Copy{.index = index_in_leaf(slot),
                                              .source = abi::SlotName::own(source),
                                              .rights = rights})
      .error();
}

abi::Status Bundle::give_spawner(Cap<Endpoint> account, u64 priority) {
  const auto spawner = TRY(
      obtain<Endpoint>(Cap<Endpoint>{abi::bundle_slot::spawner},
                       abi::procmgr::DeriveSpawner{.highest_priority = priority,
                                                   .rights = abi::all_rights,
                                                   .flags = abi::procmgr::derive_flag::has_account},
                       {account.at()}));
  return give(abi::bundle_slot::spawner, spawner.get());
}

void Bundle::has_gone() {
  leaf_.reset();
  handle_.reset();
}

}  // namespace ipc
