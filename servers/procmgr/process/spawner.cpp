// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/spawner.hpp>

namespace procmgr {

abi::Result<Spawner*> make_spawner(Account& account, u64 highest_priority) {
  Spawner* spawner = core.spawners.make();
  if (spawner == nullptr) return abi::Error::no_memory;
  spawner->account = &account;
  spawner->highest_priority = std::min(highest_priority, highest_priority_of_all);
  retain(account);
  return spawner;
}

void release_if_unnamed(Spawner& spawner) {
  if (spawner.handles != nullptr) return;
  release(*spawner.account);
  core.spawners.release(&spawner);
}

}  // namespace procmgr
