// SPDX-License-Identifier: MIT
// A server without a SchedContext of its own runs on its caller's.
//
//   client --call--> server A --call--> server B        loans of the client's time: [B's, A's]
//
// The time goes back to the caller of the Reply that is answered, or that comes to an end; loans
// made later than that one are void then. There are at most SchedContext::max_loans.
#pragma once

#include <sched/kernel.hpp>

namespace kernel {

// Whether what the thread runs on is its own, and stays when it answers or receives.
inline bool has_own_time(const Thread& thread) {
  return thread.time != nullptr && thread.time->home == &thread;
}

// Whether answering the Reply takes away what the thread runs on.
inline bool runs_on_loan(const Thread& thread, const Reply& reply) {
  return reply.lent != nullptr && reply.lent == thread.time;
}

// The caller hangs on `reply`; its time, which can be lent, goes to `server`, which has none.
void lend_through(Reply& reply, Thread& server);

// The time lent through `reply`, if any, goes back to its caller.
void return_loan(Reply& reply);

// What the thread runs on goes back to whoever lent it, if it is not its own.
void return_borrowed(Thread& borrower);

// The time ends: nobody owes it any more.
void void_loans(SchedContext& time);

}  // namespace kernel
