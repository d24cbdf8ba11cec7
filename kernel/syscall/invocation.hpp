// SPDX-License-Identifier: MIT
// A method of a kernel object, called by a thread. The words of its struct are the message, as for
// a request to a server; `perform` decodes (checks all, changes nothing), then performs.
#pragma once

#include <abi/request.hpp>
#include <cap/slot.hpp>
#include <object/thread.hpp>

namespace kernel {

template <abi::Request R>
using Answer = abi::Result<typename R::Reply>;

struct Invocation {
  Thread& caller;
  Slot& target;        // the capability that was invoked
  u64 detail = 0;      // words[0] of an error: which address, which slot
  u64 side = 0;        // words[1] of an error: in which of two address spaces
  bool again = false;  // an interrupt waits: repeat the system call
};

// Refuses, and says about what.
inline abi::Error refuse(Invocation& invocation, abi::Error error, u64 detail, u64 side = 0) {
  invocation.detail = detail;
  invocation.side = side;
  return error;
}

// Whether the caller's message has exactly so many words and no capabilities, and the caller an IPC
// buffer for those of them, and of the reply, that do not fit in registers.
inline bool has_shape(const Thread& caller, u64 words, u64 reply_words) {
  const bool is_long = words > abi::register_words || reply_words > abi::register_words;
  return caller.context.info() >> 32 == words && (!is_long || caller.buffer() != nullptr);
}

// The words of a message that do not fit in registers: from and to the caller's IPC buffer.
void read_buffer(const Thread& caller, std::span<u64> words);
void write_buffer(Thread& caller, std::span<const u64> words);

// The arguments of the caller's message. Each register is read where it is needed: no loop, no
// copy.
template <abi::Request R>
R read_request(const Thread& caller) {
  constexpr u64 count = abi::words_of<R>;
  abi::WordArray<R> words{};
  for (unsigned i = 0; i < count && i < abi::register_words; ++i)
    words[i] = caller.context.message_word(i);
  if constexpr (count > abi::register_words)
    read_buffer(caller, std::span{words}.subspan(abi::register_words));
  return abi::from_words<R>(words);
}

// The outcome of the caller's invocation.
template <abi::Wire T>
void write_reply(Thread& caller, const T& reply) {
  constexpr u64 count = abi::words_of<T>;
  const auto words = abi::to_words(reply);
  caller.finish(abi::MessageInfo::received(0, count, abi::Kind::reply));
  for (unsigned i = 0; i < count && i < abi::register_words; ++i)
    caller.context.set_message_word(i, words[i]);
  if constexpr (count > abi::register_words)
    write_buffer(caller, std::span{words}.subspan(abi::register_words));
}
void write_error(Thread& caller, abi::Error error, u64 detail = 0, u64 side = 0);

// `perform` is called with the invocation and the struct of the method that the label names; an
// object whose methods are not all performed does not compile.
template <abi::Request R, class Perform>
void invoke_method(Invocation& invocation, Perform perform) {
  Thread& caller = invocation.caller;
  if (!has_shape(caller, abi::words_of<R>, abi::words_of<typename R::Reply>)) {
    write_error(caller, abi::Error::bad_argument);
    return;
  }
  const Answer<R> answer = perform(invocation, read_request<R>(caller));
  if (invocation.again) return;
  if (answer.ok())
    write_reply(caller, *answer);
  else
    write_error(caller, answer.error(), invocation.detail, invocation.side);
}

template <class Methods, class Perform>
void invoke(Invocation& invocation, u32 label, Perform perform) {
  const bool known =
      Methods::find(label, [&]<abi::Request R>() { invoke_method<R>(invocation, perform); });
  if (!known) write_error(invocation.caller, abi::Error::unknown_method);
}

}  // namespace kernel
