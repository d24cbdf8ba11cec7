// SPDX-License-Identifier: MIT
// Methods of kernel objects as typed calls:
//
//   TRY(invoke(frame, abi::frame::Map{.vspace = ..., .address = ..., ...}));
//
// Only methods of the object's own kind compile.
#pragma once

#include <libipc/cap.hpp>
#include <libipc/marshal.hpp>
#include <libipc/syscall.hpp>

namespace ipc {

// A refused invocation with its first word: which address, where the method says so.
struct Refusal {
  abi::Error error = abi::Error::none;
  u64 detail = 0;
  friend constexpr bool operator==(Refusal, Refusal) = default;
};

template <class T, MethodOf<T> R>
[[gnu::always_inline]] inline Message invoke_raw(Cap<T> target, const R& request) {
  return sys::call(target.at(), to_message(request),
                   abi::MessageInfo::make(R::op, abi::words_of<R>));
}

template <class T, MethodOf<T> R>
[[gnu::always_inline]] inline abi::Result<typename R::Reply> invoke(Cap<T> target,
                                                                    const R& request) {
  const Message answer = invoke_raw(target, request);
  if (answer.info.label() != 0) [[unlikely]]
    return static_cast<abi::Error>(answer.info.label());
  return from_message<typename R::Reply>(answer);
}

template <class T, MethodOf<T> R>
[[gnu::always_inline]] inline base::Result<typename R::Reply, Refusal> invoke_with_detail(
    Cap<T> target, const R& request) {
  const Message answer = invoke_raw(target, request);
  if (answer.info.label() != 0) [[unlikely]]
    return Refusal{static_cast<abi::Error>(answer.info.label()), answer.words[0]};
  return from_message<typename R::Reply>(answer);
}

}  // namespace ipc
