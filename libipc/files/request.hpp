// SPDX-License-Identifier: MIT
// A client's side of the file server's protocol: requests with bytes behind their words, and
// answers that say what they were refused for.
#pragma once

#include <abi/proto/files.hpp>
#include <libipc/call.hpp>
#include <span>

namespace ipc::files {

using namespace abi::files;

inline constexpr u64 register_bytes = abi::register_words * sizeof(u64);

// Bytes of a message from `at` on, some of them in registers and some in the buffer. The last word
// is filled up with zeroes, so that nothing leaks.
void put_bytes(Words& words, u64 at, std::string_view bytes);
void get_bytes(const Message& message, u64 at, std::span<std::byte> to);

template <class Reply>
Outcome<Reply> read_reply(const Message& answer) {
  if (answer.info.label() != 0) [[unlikely]]
    return Problem{static_cast<abi::Error>(answer.info.label()),
                   answer.is_error() ? Fault::none : static_cast<Fault>(answer.words[0])};
  // What stands behind the reply's words belongs to those who asked for it.
  if (answer.info.words() < abi::words_of<Reply>) [[unlikely]]
    return Problem{abi::Error::not_supported};
  return from_message<Reply>(answer);
}

// How many bytes of paths fit behind a request.
template <abi::Request R>
inline constexpr u64 max_text = (abi::max_message_words - abi::words_of<R>)*sizeof(u64);

// `first` and `second` stand behind the request; they fit.
template <abi::Request R>
[[gnu::always_inline]] inline Message send_text(Cap<Endpoint> session, const R& request,
                                                std::string_view first,
                                                std::string_view second = {}, u64 caps = 0) {
  constexpr u64 start = abi::words_of<R> * sizeof(u64);
  Words words = to_message(request);
  const u64 bytes = first.size() + second.size();
  // Most paths are short: one piece, that stays in registers.
  if (start + bytes > register_bytes) buffer().words[(start + bytes - 1) / 8 - 8] = 0;
  put_bytes(words, start, first);
  put_bytes(words, start + first.size(), second);
  return sys::call(session.at(), words,
                   abi::MessageInfo::make(R::op, abi::words_of<R> + (bytes + 7) / 8, caps));
}

template <abi::Request R>
  requires(caps_of<typename R::Reply> == 0)
Outcome<typename R::Reply> ask(Cap<Endpoint> session, const R& request, std::string_view first = {},
                               std::string_view second = {}) {
  return read_reply<typename R::Reply>(send_text(session, request, first, second));
}

// With a capability in the answer, which lands in `slot`.
template <abi::Request R>
  requires(caps_of<typename R::Reply> == 1)
Outcome<typename R::Reply> ask(Cap<Endpoint> session, const R& request, std::string_view first,
                               abi::CapPtr slot, abi::CapPtr sent = {}) {
  offer(CapPtrs<1>{sent});
  accept_into(CapPtrs<1>{slot});
  const Message answer = send_text(session, request, first, {}, caps_of<R>);
  accept_into<0>({});
  const auto reply = read_reply<typename R::Reply>(answer);
  if (reply.ok() && (answer.info.caps() & 1) == 0) return Problem{abi::Error::not_supported};
  return reply;
}

template <class T>
Outcome<T> outcome(abi::Result<T> result) {
  if (!result.ok()) return Problem{result.error()};
  return std::move(*result);
}
inline Outcome<void> outcome(const abi::Status& status) { return Problem{status.error()}; }

}  // namespace ipc::files
