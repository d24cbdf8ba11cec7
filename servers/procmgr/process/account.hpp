// SPDX-License-Identifier: MIT
// Who pays. Accounts form a tree; what is charged to one is charged to all above it, so a limit
// holds for everything below. An account lives as long as somebody names it: a handle, a process,
// an account below, or an object that it pays for.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <base/span_tree.hpp>
#include <servers/procmgr/process/waiter.hpp>

namespace procmgr {

using abi::u32;
using abi::u64;
using abi::u8;
using abi::procmgr::Limits;

struct Handle;

inline constexpr u64 max_account_depth = 16;

// In the tree of all accounts it stands at the page with the number `id`.
struct Account : base::Span {
  Account* parent = nullptr;
  Limits limits{};
  Limits used{};
  u64 depth = 0;
  u64 references = 0;
  WaiterList waiters;  // for any of its processes
  Handle* handles = nullptr;

  [[nodiscard]] u64 id() const { return start / base::page_size; }
};

using Kind = u64 Limits::*;

// Charges `count` to the account and to all above it, or to none. Error: over_quota.
abi::Status charge(Account& account, Kind kind, u64 count);
void refund(Account& account, Kind kind, u64 count);

void retain(Account& account);
// The last one ends it.
void release(Account& account);

// Below `parent`; a limit of 0 means none of its own. Errors: no_memory, over_quota (too deep).
abi::Result<Account*> make_account(Account* parent, const Limits& limits);

// How much of `kind` the account and those above still allow.
u64 left_of(const Account& account, Kind kind);

}  // namespace procmgr
