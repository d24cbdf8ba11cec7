// SPDX-License-Identifier: MIT
#include <libipc/syscall.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/waiter.hpp>

namespace procmgr {

abi::Status owe_answer(Waiter*& list, Account& account) {
  Charge charge{account};
  TRY(charge.add(&Limits::handles, 1));
  // The next receive binds another Reply; this one keeps the caller.
  const CapPtr fresh = TRY(core.objects.take(Ready::reply));
  Waiter* waiter = core.waiters.make();
  if (waiter == nullptr) {
    core.objects.give_back(Ready::reply, fresh);
    return abi::Error::no_memory;
  }
  charge.keep();
  retain(account);
  waiter->account = &account;
  waiter->reply = core.bound_reply.at();
  waiter->next = list;
  list = waiter;
  core.next_reply = ipc::Cap<ipc::Reply>{fresh};
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
