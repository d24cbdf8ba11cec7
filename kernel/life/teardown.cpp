// SPDX-License-Identifier: MIT
#include <cap/cnode.hpp>
#include <ipc/cancel.hpp>
#include <life/removal.hpp>
#include <life/teardown.hpp>
#include <machine/cpu.hpp>
#include <sched/debug_registers.hpp>
#include <sched/floating_point.hpp>
#include <sched/loan.hpp>

namespace kernel {

namespace {

constexpr unsigned waiters_per_step = 16;

// A slot may hold a Frame, whose end sweeps a table: interrupts are looked for after each.
bool end(CNode& cnode) {
  while (cnode.emptied < cnode.size()) {
    if (remove_step(cnode.slot(cnode.emptied))) ++cnode.emptied;
    if (machine::interrupt_pending()) break;
  }
  return cnode.emptied == cnode.size() && remove_step(cnode.notification);
}

bool end(Endpoint& endpoint) {
  for (unsigned i = 0; i < waiters_per_step; ++i) {
    Thread* waiter = endpoint.first_sender();
    if (waiter == nullptr) waiter = endpoint.first_receiver();
    if (waiter == nullptr) return true;
    endpoint.dequeue(*waiter);
    disappoint(*waiter, abi::Error::gone);
  }
  return false;
}

bool end(Notification& notification) {
  if (notification.bound != nullptr) notification.unbind();
  for (unsigned i = 0; i < waiters_per_step; ++i) {
    Thread* waiter = notification.first_waiter();
    if (waiter == nullptr) return true;
    notification.dequeue(*waiter);
    disappoint(*waiter, abi::Error::gone);
  }
  return false;
}

// Whoever hangs on the Reply hears that no answer will come.
void release_caller(Reply& reply) {
  Thread* caller = reply.caller();
  if (caller == nullptr) return;
  return_loan(reply);
  reply.unhang();
  disappoint(*caller, abi::Error::gone);
}

bool end(Reply& reply) {
  release_caller(reply);
  if (reply.receiver() != nullptr) reply.unbind();
  return true;
}

bool end(SchedContext& time) {
  void_loans(time);
  core.scheduler.take_time(time);
  return true;
}

bool end(Timer& timer) {
  if (timer.is_armed()) core.timers.disarm(timer);
  return remove_step(timer.target);
}

bool end(IrqHandler& handler) {
  if (handler.is_attached()) core.interrupts.detach(core.machine, handler);
  return remove_step(handler.target);
}

bool end(Thread& thread) {
  cancel_wait(thread, abi::Error::gone);
  core.scheduler.withdraw(thread);
  thread.state = ThreadState::suspended;
  if (Reply* reply = thread.bound_reply) {
    release_caller(*reply);
    reply->unbind();
  }
  if (thread.notification != nullptr) thread.notification->unbind();
  if (core.first_thread == &thread) core.first_thread = nullptr;
  disown_floating_point(thread);
  reset_debug_registers(thread);
  for (u64 i = 0; i < kept_count; ++i)
    if (!remove_step(thread.kept(static_cast<Kept>(i)))) return false;
  if (thread.time != nullptr) core.scheduler.take_time(*thread.time);
  return true;
}

}  // namespace

bool teardown_step(Object& object) {
  switch (object.type()) {
    case ObjectType::cnode: return end(static_cast<CNode&>(object));
    case ObjectType::thread: return end(static_cast<Thread&>(object));
    case ObjectType::endpoint: return end(static_cast<Endpoint&>(object));
    case ObjectType::notification: return end(static_cast<Notification&>(object));
    case ObjectType::reply: return end(static_cast<Reply&>(object));
    case ObjectType::sched_context: return end(static_cast<SchedContext&>(object));
    case ObjectType::timer: return end(static_cast<Timer&>(object));
    case ObjectType::irq_handler: return end(static_cast<IrqHandler&>(object));
    case ObjectType::null:
    case ObjectType::untyped:
    case ObjectType::frame:
    case ObjectType::page_table:
    case ObjectType::vspace:
    case ObjectType::irq_control:
    case ObjectType::inspector:
    case ObjectType::platform: return true;  // no Objects
  }
  return true;
}

}  // namespace kernel
