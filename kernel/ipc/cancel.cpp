// SPDX-License-Identifier: MIT
#include <ipc/cancel.hpp>
#include <ipc/fault.hpp>
#include <sched/loan.hpp>

namespace kernel {

void cancel_wait(Thread& thread, abi::Error error) {
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
  if (thread.is_trapped())
    trap_cancelled(thread);
  else
    thread.finish(error);
}

void disappoint(Thread& thread, abi::Error error) {
  if (thread.is_trapped()) {
    trap_refused(thread);
    return;
  }
  thread.finish(error);
  core.scheduler.make_ready(thread);
}

}  // namespace kernel
