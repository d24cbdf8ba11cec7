// SPDX-License-Identifier: MIT
#include <ipc/cancel.hpp>
#include <ipc/fault.hpp>
#include <ipc/message.hpp>
#include <ipc/notification.hpp>
#include <ipc/rendezvous.hpp>
#include <sched/loan.hpp>

namespace kernel {

namespace {

using abi::Error;
using abi::Kind;
using abi::MessageInfo;

constexpr unsigned refusals_per_step = 16;

bool expects_answer(Kind kind) { return kind != Kind::send; }

bool can_be_called(const Thread& receiver) {
  return receiver.bound_reply != nullptr && receiver.bound_reply->caller() == nullptr;
}

// A receiver without time of its own would stop in the middle of its code, unless the sender lends
// it time.
bool would_have_time(const Thread& sender, const Thread& receiver, Kind kind) {
  if (has_own_time(receiver)) return true;
  return expects_answer(kind) && sender.time != nullptr && sender.time->can_be_lent();
}

Error check_meeting(const Thread& sender, const Thread& receiver, Kind kind, bool has_reply) {
  if (expects_answer(kind) && !has_reply) return Error::not_supported;
  if (!would_have_time(sender, receiver, kind)) return Error::not_supported;
  if (sender.is_trapped()) return Error::none;
  return check_travel(sender, receiver, MessageInfo{sender.context.info()});
}

// Both are out of all queues, and check_meeting() holds. The sender goes on or hangs on the
// receiver's Reply; the receiver goes on.
void meet(Thread& sender, Thread& receiver, const Endpoint& endpoint, Outgoing message) {
  if (sender.is_trapped()) {
    transfer_trap(sender, receiver, message);
    ++sender.messages_sent;
  } else {
    transfer(sender, receiver, MessageInfo{sender.context.info()},
             {message.kind, message.badge, message.may_grant, &endpoint});
  }
  if (expects_answer(message.kind)) {
    core.scheduler.withdraw(sender);
    sender.outgoing = message;
    receiver.bound_reply->hang(sender);
    if (receiver.time == nullptr) lend_through(*receiver.bound_reply, receiver);
    core.scheduler.hand_over(receiver);
    return;
  }
  sender.finish(Error::none);
  core.scheduler.make_ready(sender);
  core.scheduler.make_ready(receiver);
}

}  // namespace

Error send(Thread& sender, Endpoint& endpoint, Outgoing message, Patience patience) {
  Thread* receiver = endpoint.first_receiver();
  if (receiver == nullptr) {
    if (patience == Patience::no_wait) return Error::would_block;
    core.scheduler.withdraw(sender);
    sender.outgoing = message;
    endpoint.enqueue_sender(sender);
    return Error::none;
  }
  const Error error = check_meeting(sender, *receiver, message.kind, can_be_called(*receiver));
  if (error != Error::none) return error;
  endpoint.dequeue(*receiver);
  meet(sender, *receiver, endpoint, message);
  return Error::none;
}

Outcome refuse_unsuitable_senders(Thread& receiver, Endpoint& endpoint, bool has_reply) {
  for (unsigned refused = 0; Thread* sender = endpoint.first_sender(); ++refused) {
    const Error error = check_meeting(*sender, receiver, sender->outgoing.kind, has_reply);
    if (error == Error::none) break;
    if (refused == refusals_per_step) return Outcome::again;
    endpoint.dequeue(*sender);
    disappoint(*sender, error);
  }
  return Outcome::done;
}

Outcome receive(Thread& receiver, Endpoint& endpoint, Patience patience) {
  if (receiver.bound_reply != nullptr && receiver.bound_reply->caller() != nullptr) {
    receiver.finish(Error::busy);
    return Outcome::done;
  }
  // Without time it could do nothing with the bits: they wait until it receives while it has some.
  if (receiver.time != nullptr && receiver.notification != nullptr &&
      receiver.notification->bits != 0) {
    finish_with_bits(receiver, receiver.notification->take_bits());
    return Outcome::done;
  }
  // One that has just answered does not stop here: it has refused them before, and what has come
  // since is at most the fault that it passed on.
  if (refuse_unsuitable(receiver, endpoint, can_be_called(receiver)) == Outcome::again)
    return Outcome::again;
  if (Thread* sender = endpoint.first_sender()) {
    endpoint.dequeue(*sender);
    return_borrowed(receiver);
    meet(*sender, receiver, endpoint, sender->outgoing);
    return Outcome::done;
  }
  if (patience == Patience::no_wait) {
    receiver.finish(Error::would_block);
    return Outcome::done;
  }
  return_borrowed(receiver);
  core.scheduler.withdraw(receiver);
  endpoint.enqueue_receiver(receiver);
  return Outcome::done;
}

Error check_answer(const Thread& server, const Reply& reply) {
  const Thread* caller = reply.caller();
  if (caller == nullptr) return Error::gone;
  if (caller->is_trapped()) return Error::none;
  return check_travel(server, *caller, MessageInfo{server.context.info()});
}

void answer(Thread& server, Reply& reply) {
  Thread& caller = *reply.caller();
  const MessageInfo info{server.context.info()};
  const bool is_trapped = caller.is_trapped();
  return_loan(reply);
  reply.unhang();
  if (is_trapped) {
    ++server.messages_sent;
    end_trap(caller, info.label(), server.context.message_word(0));
  } else {
    transfer(server, caller, info, {Kind::reply, 0, true, nullptr});
    core.scheduler.hand_over(caller);
  }
}

}  // namespace kernel
