// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/account.hpp>

namespace procmgr {

u64 left_of(const Account& account, Kind kind) {
  u64 left = ~u64{0};
  for (const Account* at = &account; at != nullptr; at = at->parent)
    left = std::min(left, at->limits.*kind - at->used.*kind);
  return left;
}

abi::Status charge(Account& account, Kind kind, u64 count) {
  if (left_of(account, kind) < count) return abi::Error::over_quota;
  for (Account* at = &account; at != nullptr; at = at->parent) at->used.*kind += count;
  return {};
}

void refund(Account& account, Kind kind, u64 count) {
  for (Account* at = &account; at != nullptr; at = at->parent) at->used.*kind -= count;
}

void retain(Account& account) { ++account.references; }

void release(Account& account) {
  for (Account* at = &account; at != nullptr && --at->references == 0;) {
    Account* parent = at->parent;
    core.all_accounts.remove(*at);
    core.accounts.release(at);
    at = parent;
  }
}

abi::Result<Account*> make_account(Account* parent, const Limits& limits) {
  const u64 depth = parent == nullptr ? 0 : parent->depth + 1;
  if (depth == max_account_depth) return abi::Error::over_quota;
  Account* account = core.accounts.make();
  if (account == nullptr) return abi::Error::no_memory;
  const auto limit = [](u64 wanted) { return wanted == 0 ? ~u64{0} : wanted; };
  account->limits = {limit(limits.pages), limit(limits.objects), limit(limits.handles),
                     limit(limits.processes)};
  account->parent = parent;
  account->depth = depth;
  account->references = 1;
  account->start = core.next_account++ * base::page_size;
  account->length = base::page_size;
  core.all_accounts.insert(*account);
  if (parent != nullptr) retain(*parent);
  return account;
}

}  // namespace procmgr
