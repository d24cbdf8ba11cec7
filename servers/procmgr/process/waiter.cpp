// SPDX-License-Identifier: MIT
#include <libipc/syscall.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/waiter.hpp>

namespace procmgr {

abi::Status owe_answer(Waiter*& list, Account& account) {
  TRY(charge(account, &Limits::handles, 1));
  // The next receive binds another Reply; this one keeps the caller.
  const auto fresh = core.objects.take(Ready::reply);
  Waiter* waiter = fresh.ok() ? core.waiters.make() : nullptr;
  if (waiter == nullptr) {
    if (fresh.ok()) core.objects.give_back(Ready::reply, *fresh);
    refund(account, &Limits::handles, 1);
    return abi::Error::no_memory;
  }
  retain(account);
  waiter->account = &account;
  waiter->reply = core.bound_reply.at();
  waiter->next = list;
  list = waiter;
  core.next_reply = ipc::Cap<ipc::Reply>{*fresh};
  return {};
}

void answer_all(Waiter*& list, const ipc::Words& words, abi::MessageInfo info) {
  while (Waiter* waiter = list) {
    list = waiter->next;
    // Whoever has gone meanwhile hangs on it no more; then this does nothing.
    static_cast<void>(ipc::sys::send(waiter->reply, words, info));
    core.objects.give_back(Ready::reply, waiter->reply);
    refund(*waiter->account, &Limits::handles, 1);
    release(*waiter->account);
    core.waiters.release(waiter);
  }
}

}  // namespace procmgr
