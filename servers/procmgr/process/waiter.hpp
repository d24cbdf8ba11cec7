// SPDX-License-Identifier: MIT
// An answer that is owed: the Reply on which the caller hangs until something has happened.
#pragma once

#include <libipc/message.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>

namespace procmgr {

struct Account;

struct Waiter {
  CapPtr reply;
  Account* account = nullptr;  // what pays for it: a handle's worth
  Waiter* next = nullptr;
};

// The call that is being handled is answered later: by whoever takes this out of `list`. Errors:
// over_quota, no_memory.
abi::Status owe_answer(Waiter*& list, Account& account);

// Answers all of them the same.
void answer_all(Waiter*& list, const ipc::Words& words, abi::MessageInfo info);

}  // namespace procmgr
