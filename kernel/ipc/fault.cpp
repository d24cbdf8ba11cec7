// SPDX-License-Identifier: MIT
#include <ipc/fault.hpp>
#include <ipc/rendezvous.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

// True: the fault is with whoever receives on the endpoint kept there, or waits for them.
bool offer(Thread& thread, Kept to) {
  const Slot& slot = thread.kept(to);
  if (slot.is_empty()) return false;
  const Outgoing message{abi::Kind::fault, slot.data, false};
  return send(thread, *slot.cap.object<Endpoint>(), message, Patience::wait) == abi::Error::none;
}

}  // namespace

void raise_fault(Thread& thread) {
  if (thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on) {
    if (offer(thread, Kept::pager)) return;
    thread.fault.passed_on = true;
  }
  if (offer(thread, Kept::handler)) return;
  core.scheduler.withdraw(thread);
  thread.state = ThreadState::faulted;
}

void fault_refused(Thread& thread) {
  const bool was_with_pager = thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on;
  if (!was_with_pager) {
    thread.state = ThreadState::faulted;
    return;
  }
  thread.fault.passed_on = true;
  raise_fault(thread);
}

void end_fault(Thread& thread, abi::FaultReply decision) {
  switch (decision) {
    case abi::FaultReply::resume: core.scheduler.make_ready(thread); return;
    case abi::FaultReply::pass_on: fault_refused(thread); return;
    case abi::FaultReply::stop: break;
  }
  thread.state = ThreadState::suspended;  // also for an answer that means nothing
}

}  // namespace kernel
