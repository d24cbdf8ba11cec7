// SPDX-License-Identifier: MIT
// A client's side of a protocol: `call(server, Request{...})` is a function call whose result is
// the request's Reply or an error, the kernel's or the server's.
#pragma once

#include <libipc/syscall.hpp>
#include <libipc/transfer.hpp>

namespace ipc {

// The label of an answer is abi::Error, none for success; a refusal of the kernel has it too. An
// answer of another shape than the protocol's is the server's fault, and as good as none.
template <class Reply>
[[gnu::always_inline]] inline abi::Result<Reply> read_answer(const Message& answer) {
  if (answer.info.label() != 0) [[unlikely]]
    return static_cast<abi::Error>(answer.info.label());
  if (!abi::is_length_of<Reply>(answer.info.words())) [[unlikely]]
    return abi::Error::not_supported;
  const auto reply = from_message<Reply>(answer);
  if (!has_length(reply, answer)) [[unlikely]]
    return abi::Error::not_supported;
  return reply;
}

template <Plain R>
[[gnu::always_inline]] inline abi::Result<typename R::Reply> call(Cap<Endpoint> server,
                                                                  const R& request) {
  return read_answer<typename R::Reply>(sys::call(
      server.at(), to_message(request), abi::MessageInfo::make(R::op, abi::words_in(request))));
}

// Does not wait for an answer, only for the server to take the message.
template <Plain R>
[[gnu::always_inline]] inline abi::Status send(Cap<Endpoint> server, const R& request) {
  return sys::send(server.at(), to_message(request),
                   abi::MessageInfo::make(R::op, abi::words_in(request)))
      .error();
}

template <class Reply>
struct Delivery {
  Reply reply{};
  Arrivals arrivals;
};

// With capabilities: `caps` are sent (copies; the caller keeps its own), and those of the answer
// arrive in the empty slots `slots`. Which of them came, the delivery says.
template <abi::Request R>
inline abi::Result<Delivery<typename R::Reply>> call(
    Cap<Endpoint> server, const R& request, const CapPtrs<caps_of<R>>& caps,
    const CapPtrs<caps_of<typename R::Reply>>& slots) {
  offer(caps);
  accept_into(slots);
  const Message answer =
      sys::call(server.at(), to_message(request),
                abi::MessageInfo::make(R::op, abi::words_in(request), caps_of<R>));
  accept_into<0>({});
  const auto reply = read_answer<typename R::Reply>(answer);
  if (!reply.ok()) return reply.error();
  return Delivery<typename R::Reply>{*reply, arrivals_of(answer.info)};
}

}  // namespace ipc
