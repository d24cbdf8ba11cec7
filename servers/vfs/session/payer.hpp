// SPDX-License-Identifier: MIT
// An account of procmgr's that pays for what a session makes: nodes, names, small files, open
// files, the session itself. It lives as long as a session uses it or anything of it is left.
#pragma once

#include <servers/vfs/memory/arena.hpp>

namespace vfs {

struct Payer {
  Arena arena;  // the first member: the store's source is called with it
  Store store;
};

// The payer of what nobody else pays for: this server.
Payer& own_payer();

// A payer with one user of its store. `account`: a capability of which nothing is believed. Errors:
// those of procmgr when it is asked for the first pages.
abi::Result<Payer*> make_payer(Owned<Endpoint> account);

// The account behind a store: parked, or 0 for this server's own.
inline ParkedNumber account_of(const Store& store) {
  return static_cast<const Arena*>(store.context())->account();
}
// The same as a capability in a slot.
abi::Result<Cap<Endpoint>> account_capability(const Store& store);

u64 payer_count();

}  // namespace vfs
