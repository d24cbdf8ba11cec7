// SPDX-License-Identifier: MIT
// Who is told when something has happened: a caller, who hangs on a Reply until then, or whoever
// waits on a notification.
#pragma once

#include <base/list.hpp>
#include <libipc/message.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>
#include <servers/procmgr/memory/slab.hpp>
#include <servers/procmgr/serve/work.hpp>

namespace procmgr {

struct Account;

struct Waiter {
  CapPtr at;                    // the Reply, or the Notification
  bool is_watch = false;        // the latter
  Account* account = nullptr;   // what pays for it: a handle's worth
  base::Link<Waiter> link;      // of those who wait for the same,
  base::Link<Waiter> all_link;  // and of all
  base::List<Waiter, &Waiter::link>* home = nullptr;
};
using WaiterList = base::List<Waiter, &Waiter::link>;

// Callers who died or were suspended while they waited do not say so, nor does a notification that
// goes with its maker. Whenever a process is ended in a call, or suspended, or had made objects,
// all waiters are looked at, some with each step, and those that nobody hangs on any more, or whose
// notification is gone, are forgotten.
class Waiters {
 public:
  constexpr Waiters() = default;

  // The call that is being handled is answered later: by whoever takes it out of `list`. Errors:
  // over_quota, no_memory.
  abi::Status add(WaiterList& list, Account& account);
  // The notification that came with the present call is signalled instead of an answer. Errors:
  // over_quota, no_memory, no_space.
  abi::Status watch(WaiterList& list, Account& account);
  // Answers all of the list the same.
  void answer_all(WaiterList& list, const ipc::Words& words, abi::MessageInfo info) {
    while (!answer_some(list, words, info)) continue;
  }
  // As many as a step takes. True: there are no more.
  bool answer_some(WaiterList& list, const ipc::Words& words, abi::MessageInfo info);
  [[nodiscard]] u64 live() const { return memory_.live(); }
  // Some of them may hang on their Replies no more.
  void look_for_dead();
  // A process has ended that had made objects: notifications, perhaps.
  void look_for_dead_watches() {
    if (watches_ != 0) look_for_dead();
  }

 private:
  static bool look_step(Work& work);
  abi::Result<Waiter*> make(WaiterList& list, Account& account);
  void forget(Waiter& waiter);

  Slab<Waiter> memory_;
  base::List<Waiter, &Waiter::all_link> all_;
  Work work_;
  u64 watches_ = 0;
  u64 unseen_ = 0;  // how many have not been looked at yet
};

}  // namespace procmgr
