// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/syscall.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/waiter.hpp>

namespace procmgr {

namespace {

constexpr u64 waiters_per_step = 16;

bool is_dead(const Waiter& waiter) {
  const auto found = ipc::invoke(core.slots.leaf_of(waiter.reply),
                                 abi::cnode::Identify{.index = index_in_leaf(waiter.reply)});
  return found.ok() && found->data == 0;
}

}  // namespace

abi::Status Waiters::add(WaiterList& list, Account& account) {
  Charge charge{account};
  TRY(charge.add(&Limits::handles, 1));
  // The next receive binds another Reply; this one keeps the caller.
  const CapPtr fresh = TRY(core.objects.take(Ready::reply));
  Waiter* waiter = memory_.make();
  if (waiter == nullptr) {
    core.objects.give_back(Ready::reply, fresh);
    return abi::Error::no_memory;
  }
  charge.keep();
  retain(account);
  waiter->account = &account;
  waiter->reply = core.bound_reply.at();
  waiter->home = &list;
  list.push_back(waiter);
  all_.push_back(waiter);
  core.next_reply = ipc::Cap<ipc::Reply>{fresh};
  return {};
}

void Waiters::forget(Waiter& waiter) {
  waiter.home->remove(&waiter);
  all_.remove(&waiter);
  core.objects.give_back(Ready::reply, waiter.reply);
  refund(*waiter.account, &Limits::handles, 1);
  release(*waiter.account);
  memory_.release(&waiter);
}

void Waiters::answer_all(WaiterList& list, const ipc::Words& words, abi::MessageInfo info) {
  while (Waiter* waiter = list.front()) {
    // Whoever has gone meanwhile hangs on it no more; then this does nothing.
    static_cast<void>(ipc::sys::send(waiter->reply, words, info));
    forget(*waiter);
  }
}

bool Waiters::look_step(Work& work) {
  Waiters& self = core.waiters;
  for (u64 i = 0; i < waiters_per_step; ++i) {
    Waiter* waiter = self.unseen_ == 0 ? nullptr : self.all_.pop_front();
    if (waiter == nullptr) {
      core.work.remove(work);
      return true;
    }
    --self.unseen_;
    self.all_.push_back(waiter);
    if (is_dead(*waiter)) self.forget(*waiter);
  }
  return false;
}

void Waiters::look_for_dead() {
  unseen_ = memory_.live();
  if (unseen_ == 0) return;
  work_.step = look_step;
  core.work.add(work_);
}

}  // namespace procmgr
