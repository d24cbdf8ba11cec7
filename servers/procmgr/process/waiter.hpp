// SPDX-License-Identifier: MIT
// An answer that is owed: the Reply on which the caller hangs until something has happened.
#pragma once

#include <base/list.hpp>
#include <libipc/message.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>
#include <servers/procmgr/memory/slab.hpp>
#include <servers/procmgr/serve/work.hpp>

namespace procmgr {

struct Account;

struct Waiter {
  CapPtr reply;
  Account* account = nullptr;   // what pays for it: a handle's worth
  base::Link<Waiter> link;      // of those who wait for the same,
  base::Link<Waiter> all_link;  // and of all
  base::List<Waiter, &Waiter::link>* home = nullptr;
};
using WaiterList = base::List<Waiter, &Waiter::link>;

// Callers who died or were suspended while they waited do not say so. Whenever a process is ended
// in a call, or suspended, all waiters are looked at, some with each step, and those that nobody
// hangs on any more are forgotten.
class Waiters {
 public:
  constexpr Waiters() = default;

  // The call that is being handled is answered later: by whoever takes it out of `list`. Errors:
  // over_quota, no_memory.
  abi::Status add(WaiterList& list, Account& account);
  // Answers all of the list the same.
  void answer_all(WaiterList& list, const ipc::Words& words, abi::MessageInfo info);
  // Some of them may hang on their Replies no more.
  void look_for_dead();

 private:
  static bool look_step(Work& work);
  void forget(Waiter& waiter);

  Slab<Waiter> memory_;
  base::List<Waiter, &Waiter::all_link> all_;
  Work work_;
  u64 unseen_ = 0;  // how many have not been looked at yet
};

}  // namespace procmgr
