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

// The arguments of the caller's message; false if it has another length or no buffer for it.
bool read_message(const Thread& caller, std::span<u64> words);

// The outcome of the caller's invocation. A reply that is longer than the registers needs a buffer,
// which is checked before the method is performed.
void write_reply(Thread& caller, std::span<const u64> words);
void write_error(Thread& caller, abi::Error error, u64 detail = 0, u64 side = 0);

// Whether a reply of so many words can be given.
inline bool can_take(const Thread& caller, u64 words) {
  return words <= abi::register_words || caller.buffer() != nullptr;
}

// `perform` is called with the invocation and the struct of the method that the label names; an
// object whose methods are not all performed does not compile.
template <abi::Request R, class Perform>
void invoke_method(Invocation& invocation, Perform perform) {
  abi::WordArray<R> words{};
  if (!read_message(invocation.caller, std::span{words.data(), abi::words_of<R>}) ||
      !can_take(invocation.caller, abi::words_of<typename R::Reply>)) {
    write_error(invocation.caller, abi::Error::bad_argument);
    return;
  }
  const Answer<R> answer = perform(invocation, abi::from_words<R>(words));
  if (invocation.again) return;
  if (!answer.ok()) {
    write_error(invocation.caller, answer.error(), invocation.detail, invocation.side);
    return;
  }
  const auto reply = abi::to_words(*answer);
  write_reply(invocation.caller, std::span{reply.data(), abi::words_of<typename R::Reply>});
}

template <class Methods, class Perform>
void invoke(Invocation& invocation, u32 label, Perform perform) {
  const bool known =
      Methods::find(label, [&]<abi::Request R>() { invoke_method<R>(invocation, perform); });
  if (!known) write_error(invocation.caller, abi::Error::unknown_method);
}

}  // namespace kernel
