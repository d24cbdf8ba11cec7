// SPDX-License-Identifier: MIT
// The state changes of the fast path, without its registers: so that they can be read, and tested
// on the host, like the slow ones. Inline, because the fast path must not spill its words.
#pragma once

#include <sched/activate.hpp>

namespace kernel {

inline bool is_receivable(Capability cap) {
  return cap.type() == ObjectType::endpoint && cap.rights().has(abi::endpoint_right::receive);
}

inline void run_instead(Thread& from, Thread& to) {
  ++from.messages;
  ++to.messages;
  core.scheduler.switch_to(to);
  activate(to);
}

inline void move_time(SchedContext& time, Thread& from, Thread& to) {
  from.time = nullptr;
  to.time = &time;
  time.user = &to;
}

// `sender` runs and calls; `receiver` waits at the endpoint, and its bound Reply is free. True: it
// runs now, and the sender hangs on its Reply. False: nothing changed.
[[gnu::always_inline]] inline bool call_directly(Thread& sender, Endpoint& endpoint, Thread& receiver, u64 badge) {
  const bool lends = receiver.time == nullptr;
  SchedContext& time = lends ? *sender.time : *receiver.time;
  if (!core.scheduler.would_choose(receiver, time)) return false;

  core.scheduler.charge_running(sender);
  endpoint.dequeue(receiver);
  Reply& reply = *receiver.bound_reply;
  reply.hang(sender);
  sender.outgoing = {abi::Kind::call, badge, false};
  if (lends) {
    move_time(time, sender, receiver);
    reply.lent = &time;
    time.loans.push_front(&reply);
  }
  run_instead(sender, receiver);
  return true;
}

// Who hangs on the server's bound Reply with a call, if the server has nothing else to receive than
// what may come to an endpoint.
inline Thread* answerable_caller(const Thread& server) {
  const Reply* reply = server.bound_reply;
  Thread* caller = reply == nullptr ? nullptr : reply->caller();
  if (caller == nullptr || caller->outgoing.kind != abi::Kind::call) return nullptr;
  if (server.notification != nullptr && server.notification->bits != 0) return nullptr;
  return caller;
}

// `server` runs, answers `caller` and waits at the endpoint, which has no sender. True: the caller
// runs now. False: nothing changed.
[[gnu::always_inline]] inline bool answer_directly(Thread& server, Endpoint& endpoint, Thread& caller) {
  Reply& reply = *server.bound_reply;
  SchedContext* time = reply.lent != nullptr ? reply.lent : caller.time;
  if (time == nullptr || !core.scheduler.would_choose(caller, *time)) return false;
  // A loan that was lent on, or is not the server's to return, takes the long way.
  if (time == reply.lent && (time->user != &server || time->loans.front() != &reply)) return false;

  core.scheduler.charge_running(server);
  reply.unhang();
  if (reply.lent != nullptr) {
    time->loans.remove(&reply);
    reply.lent = nullptr;
    move_time(*time, server, caller);
  }
  endpoint.enqueue(server, ThreadState::receiving);
  run_instead(server, caller);
  return true;
}

}  // namespace kernel
