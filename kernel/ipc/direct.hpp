// SPDX-License-Identifier: MIT
// The state changes of the fast path, without its registers: so that they can be read, and tested
// on the host, like the slow ones. Inline, because the fast path must not spill its words.
#pragma once

#include <configuration.hpp>
#include <debug/check.hpp>
#include <sched/activate.hpp>

namespace kernel {

inline bool is_receivable(Capability cap) {
  return cap.type() == ObjectType::endpoint && cap.rights().has(abi::endpoint_right::receive);
}

// Who sends is out of the way already.
[[gnu::always_inline]] inline void run_instead(Kernel& state, Thread& from, Thread& to) {
  ++from.messages_sent;
  state.scheduler.switch_to(to);
  activate(state, to);
  if constexpr (checking) {
    state.scheduler.check();
    check_thread(to);
  }
}

[[gnu::always_inline]] inline void move_time(SchedContext& time, Thread& from, Thread& to) {
  from.time = nullptr;
  to.time = &time;
  time.user = &to;
}

// `sender` runs and calls; `receiver` waits at the endpoint, and its bound Reply is free. True: it
// runs now, and the sender hangs on its Reply. False: nothing changed.
[[gnu::always_inline]] inline bool call_directly(Kernel& state, Thread& sender, Endpoint& endpoint,
                                                 Thread& receiver) {
  const bool lends = receiver.time == nullptr;
  if (lends && !sender.time->can_be_lent()) return false;
  if (receiver.detours != 0 || !state.scheduler.may_switch_to(receiver)) return false;

  endpoint.dequeue_receiver(receiver);
  Reply& reply = *receiver.bound_reply;
  reply.hang(sender);
  if (lends) {
    SchedContext& time = *sender.time;
    move_time(time, sender, receiver);
    time.push_loan(reply);
  }
  run_instead(state, sender, receiver);
  return true;
}

// `server` runs, answers `caller` and waits at the endpoint, which has no sender. True: the caller
// runs now. False: nothing changed.
[[gnu::always_inline]] inline bool answer_directly(Kernel& state, Thread& server,
                                                   Endpoint& endpoint, Thread& caller) {
  Reply& reply = *server.bound_reply;
  SchedContext* lent = reply.lent;
  // A loan that was lent on, or is not the server's to return, takes the long way.
  if (lent != nullptr) {
    if (lent->user != &server || lent->latest_loan() != &reply) return false;
  } else if (caller.time == nullptr) {
    return false;
  }
  if (!state.scheduler.may_switch_to(caller)) return false;

  reply.unhang();
  if (lent != nullptr) {
    lent->pop_loan();
    move_time(*lent, server, caller);
  }
  endpoint.enqueue_receiver(server);
  run_instead(state, server, caller);
  return true;
}

// Whether the answer lets a thread that was stopped by a trap just go on.
inline bool is_plain_answer(const Thread& trapped, u32 label) {
  if (trapped.outgoing.kind == abi::Kind::fault)
    return label == static_cast<u32>(abi::FaultReply::resume);
  return label == static_cast<u32>(abi::ForeignReply::result);
}

}  // namespace kernel
