// SPDX-License-Identifier: MIT
// What a spawner capability stands for: an account that pays, and what its children may be.
#pragma once

#include <servers/procmgr/process/handle.hpp>

namespace procmgr {

// Below procmgr's own.
inline constexpr u64 highest_priority_of_all = abi::priority_levels - 2;

struct Spawner {
  Account* account = nullptr;
  u64 highest_priority = 0;
  Handle* handles = nullptr;
};

void release_if_unnamed(Spawner& spawner);

// Error: no_memory.
abi::Result<Spawner*> make_spawner(Account& account, u64 highest_priority);

}  // namespace procmgr
