// SPDX-License-Identifier: MIT
#include <sched/loan.hpp>

namespace kernel {

void lend_through(Reply& reply, Thread& server) {
  Thread& caller = *reply.caller();
  SchedContext& time = *caller.time;
  core.scheduler.lend_time(caller, server);
  time.push_loan(reply);
}

void return_loan(Reply& reply) {
  SchedContext* time = reply.lent;
  if (time == nullptr) return;
  while (reply.lent != nullptr) time->pop_loan();
  core.scheduler.take_time(*time);
  core.scheduler.give_time(*reply.caller(), *time);
}

void return_borrowed(Thread& borrower) {
  if (borrower.time == nullptr || borrower.time->home == &borrower) return;
  // Whoever uses lent time is who it was lent to last.
  return_loan(*borrower.time->latest_loan());
}

void void_loans(SchedContext& time) {
  while (time.latest_loan() != nullptr) time.pop_loan();
}

}  // namespace kernel
