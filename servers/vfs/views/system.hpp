// SPDX-License-Identifier: MIT
// procmgr's handle for the machine (abi/proto/inspect.hpp), as sessions were given it. A session
// that is made of one with the right `inspect`, and keeps that right, sees through the same.
#pragma once

#include <servers/vfs/memory/parked.hpp>
#include <servers/vfs/memory/store.hpp>

namespace vfs {

struct SystemHandle {
  ParkedNumber handle = 0;
  u64 users = 0;
};

// For one user, in a block of the store. Errors: invalid_capability (it is no handle of procmgr's),
// those of the store.
abi::Result<SystemHandle*> make_system_handle(Owned<Endpoint> handle, Store& store);

void leave_system_handle(SystemHandle& handle);

}  // namespace vfs
