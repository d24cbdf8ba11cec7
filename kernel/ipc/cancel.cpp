// SPDX-License-Identifier: MIT
#include <ipc/cancel.hpp>
#include <ipc/fault.hpp>
#include <sched/loan.hpp>

namespace kernel {

namespace {

bool waits_with_fault(const Thread& thread) {
  const bool sends = thread.state == ThreadState::sending || thread.state == ThreadState::replying;
  return sends && thread.outgoing.kind == abi::Kind::fault;
}

}  // namespace

void cancel_wait(Thread& thread, abi::Error error) {
  const bool is_fault = waits_with_fault(thread);
  switch (thread.state) {
    case ThreadState::sending:
    case ThreadState::receiving: thread.queued_on->dequeue(thread); break;
    case ThreadState::replying:
      return_loan(*thread.answered_by);
      thread.answered_by->unhang();
      break;
    case ThreadState::waiting: thread.waits_for->dequeue(thread); break;
    case ThreadState::suspended:
    case ThreadState::ready:
    case ThreadState::faulted: return;
  }
  if (!is_fault) thread.finish(error);
}

void disappoint(Thread& thread, abi::Error error) {
  if (waits_with_fault(thread)) {
    fault_refused(thread);
    return;
  }
  thread.finish(error);
  core.scheduler.make_ready(thread);
}

}  // namespace kernel
