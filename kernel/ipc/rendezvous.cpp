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

Error check_meeting(const Thread& sender, const Thread& receiver, Kind kind) {
  if (expects_answer(kind) &&
      (receiver.bound_reply == nullptr || receiver.bound_reply->caller() != nullptr))
    return Error::not_supported;
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
    endpoint.enqueue(sender, ThreadState::sending);
    return Error::none;
  }
  const Error error = check_meeting(sender, *receiver, message.kind);
  if (error != Error::none) return error;
  endpoint.dequeue(*receiver);
  meet(sender, *receiver, endpoint, message);
  return Error::none;
}

Outcome receive(Thread& receiver, Endpoint& endpoint, Patience patience) {
  if (receiver.bound_reply != nullptr && receiver.bound_reply->caller() != nullptr) {
    receiver.finish(Error::busy);
    return Outcome::done;
  }
  if (receiver.notification != nullptr && receiver.notification->bits != 0) {
    finish_with_bits(receiver, receiver.notification->take_bits());
    return Outcome::done;
  }
  for (unsigned refused = 0; Thread* sender = endpoint.first_sender(); ++refused) {
    // A passive server that has just answered has no time to repeat anything in.
    if (refused >= refusals_per_step && receiver.time != nullptr) return Outcome::again;
    const Outgoing message = sender->outgoing;
    const Error error = check_meeting(*sender, receiver, message.kind);
    endpoint.dequeue(*sender);
    if (error == Error::none) {
      return_borrowed(receiver);
      meet(*sender, receiver, endpoint, message);
      return Outcome::done;
    }
    disappoint(*sender, error);
  }
  if (patience == Patience::no_wait) {
    receiver.finish(Error::would_block);
    return Outcome::done;
  }
  return_borrowed(receiver);
  core.scheduler.withdraw(receiver);
  endpoint.enqueue(receiver, ThreadState::receiving);
  return Outcome::done;
}

Error answer(Thread& server, Reply& reply) {
  Thread* caller = reply.caller();
  if (caller == nullptr) return Error::gone;
  const MessageInfo info{server.context.info()};
  const bool is_trapped = caller->is_trapped();
  if (!is_trapped) {
    const Error error = check_travel(server, *caller, info);
    if (error != Error::none) return error;
  }
  return_loan(reply);
  reply.unhang();
  if (is_trapped) {
    ++server.messages_sent;
    end_trap(*caller, info.label(), server.context.message_word(0));
  } else {
    transfer(server, *caller, info, {Kind::reply, 0, true, nullptr});
    core.scheduler.hand_over(*caller);
  }
  return Error::none;
}

}  // namespace kernel
