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
  const auto found = ipc::invoke(core.slots.leaf_of(waiter.at),
                                 abi::cnode::Identify{.index = index_in_leaf(waiter.at)});
  if (!found.ok()) return false;
  return waiter.is_watch ? found->type == static_cast<u64>(abi::ObjectType::null)
                         : found->data == 0;
}

}  // namespace

abi::Result<Waiter*> Waiters::make(WaiterList& list, Account& account) {
  Charge charge{account};
  TRY(charge.add(&Limits::handles, 1));
  Waiter* waiter = memory_.make();
  if (waiter == nullptr) return abi::Error::no_memory;
  charge.keep();
  retain(account);
  waiter->account = &account;
  waiter->home = &list;
  list.push_back(waiter);
  all_.push_back(waiter);
  return waiter;
}

abi::Status Waiters::add(WaiterList& list, Account& account) {
  // The next receive binds another Reply; this one keeps the caller.
  const CapPtr fresh = TRY(core.objects.take(Ready::reply));
  const auto waiter = make(list, account);
  if (!waiter.ok()) {
    core.objects.give_back(Ready::reply, fresh);
    return waiter.error();
  }
  (*waiter)->at = core.bound_reply.at();
  core.next_reply = ipc::Cap<ipc::Reply>{fresh};
  return {};
}

abi::Status Waiters::watch(WaiterList& list, Account& account) {
  // The next capability that comes is received into another slot; this one is kept.
  const CapPtr fresh = TRY(core.slots.allocate());
  const auto waiter = make(list, account);
  if (!waiter.ok()) {
    core.slots.release(fresh);
    return waiter.error();
  }
  (*waiter)->at = core.slots.keep_incoming(fresh);
  (*waiter)->is_watch = true;
  ++watches_;
  return {};
}

void Waiters::forget(Waiter& waiter) {
  waiter.home->remove(&waiter);
  all_.remove(&waiter);
  if (waiter.is_watch) {
    core.slots.remove(waiter.at);
    --watches_;
  } else {
    core.objects.give_back(Ready::reply, waiter.at);
  }
  refund(*waiter.account, &Limits::handles, 1);
  release(*waiter.account);
  memory_.release(&waiter);
}

bool Waiters::answer_some(WaiterList& list, const ipc::Words& words, abi::MessageInfo info) {
  for (u64 i = 0; i < waiters_per_step; ++i) {
    Waiter* waiter = list.front();
    if (waiter == nullptr) return true;
    // Whoever has gone meanwhile hangs on it no more; then this does nothing.
    if (waiter->is_watch)
      static_cast<void>(ipc::signal(ipc::Cap<ipc::Notification>{waiter->at}));
    else
      static_cast<void>(ipc::sys::send(waiter->at, words, info));
    forget(*waiter);
  }
  return list.empty();
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
