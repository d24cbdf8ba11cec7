// SPDX-License-Identifier: MIT
#include <sched/loan.hpp>

namespace kernel {

void lend_through(Reply& reply, Thread& server) {
  Thread& caller = *reply.caller();
  if (caller.time == nullptr) return;
  SchedContext& time = *caller.time;
  core.scheduler.lend_time(caller, server);
  reply.lent = &time;
  time.loans.push_front(&reply);
}

void return_loan(Reply& reply) {
  SchedContext* time = reply.lent;
  if (time == nullptr) return;
  for (bool found = false; !found;) {
    Reply* latest = time->loans.pop_front();
    latest->lent = nullptr;
    found = latest == &reply;
  }
  core.scheduler.take_time(*time);
  core.scheduler.give_time(*reply.caller(), *time);
}

void void_loans(SchedContext& time) {
  while (Reply* reply = time.loans.pop_front()) reply->lent = nullptr;
}

}  // namespace kernel
