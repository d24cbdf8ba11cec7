// SPDX-License-Identifier: MIT
// The system calls over plain words: what typed calls (call.hpp, invoke.hpp, serve.hpp) are made
// of, and what tests use to say things that the types forbid.
#pragma once

#include <libipc/cap.hpp>
#include <libipc/machine.hpp>

namespace ipc::sys {

using abi::CapPtr;
using abi::MessageInfo;
using abi::Syscall;

// An endpoint, and the Reply to bind for receiving on it; no Reply: the bound one stays.
[[gnu::always_inline]] constexpr u64 with_reply(Cap<Endpoint> endpoint, Cap<Reply> reply) {
  return endpoint.at().value() | reply.at().value() << 32;
}

[[gnu::always_inline]] inline Message call(CapPtr target, const Words& words, MessageInfo info) {
  return machine::exchange<Syscall::call>(words, target.value(), info);
}
[[gnu::always_inline]] inline Message try_call(CapPtr target, const Words& words,
                                               MessageInfo info) {
  return machine::exchange<Syscall::try_call>(words, target.value(), info);
}

// To an endpoint, or to a Reply: then it answers whoever hangs on it.
[[gnu::always_inline]] inline Message send(CapPtr target, const Words& words, MessageInfo info) {
  return machine::exchange<Syscall::send>(words, target.value(), info);
}
[[gnu::always_inline]] inline Message try_send(CapPtr target, const Words& words,
                                               MessageInfo info) {
  return machine::exchange<Syscall::try_send>(words, target.value(), info);
}

[[gnu::always_inline]] inline Message recv(Cap<Endpoint> endpoint, Cap<Reply> reply = {}) {
  return machine::receive<Syscall::recv>(with_reply(endpoint, reply));
}
[[gnu::always_inline]] inline Message try_recv(Cap<Endpoint> endpoint, Cap<Reply> reply = {}) {
  return machine::receive<Syscall::try_recv>(with_reply(endpoint, reply));
}

// Answers on the bound Reply, then binds `reply` (if there is one), then receives.
[[gnu::always_inline]] inline Message reply_recv(Cap<Endpoint> endpoint, const Words& words,
                                                 MessageInfo info, Cap<Reply> reply = {}) {
  return machine::exchange<Syscall::reply_recv>(words, with_reply(endpoint, reply), info);
}
[[gnu::always_inline]] inline Message try_reply_recv(Cap<Endpoint> endpoint, const Words& words,
                                                     MessageInfo info, Cap<Reply> reply = {}) {
  return machine::exchange<Syscall::try_reply_recv>(words, with_reply(endpoint, reply), info);
}

}  // namespace ipc::sys

namespace ipc {

[[gnu::always_inline]] inline abi::Status signal(Cap<Notification> notification) {
  return machine::bare<abi::Syscall::signal>(notification.at().value()).error();
}

// All bits that are set, which are then clear; waits until there are any.
[[gnu::always_inline]] inline abi::Result<u64> wait(Cap<Notification> notification) {
  const Message message = machine::bare<abi::Syscall::wait>(notification.at().value());
  if (message.is_error()) [[unlikely]]
    return message.error();
  return message.badge;
}

// As wait, but `would_block` if there are none.
[[gnu::always_inline]] inline abi::Result<u64> poll(Cap<Notification> notification) {
  const Message message = machine::bare<abi::Syscall::poll>(notification.at().value());
  if (message.is_error()) [[unlikely]]
    return message.error();
  return message.badge;
}

[[gnu::always_inline]] inline void yield() { machine::bare<abi::Syscall::yield>(0); }

}  // namespace ipc
