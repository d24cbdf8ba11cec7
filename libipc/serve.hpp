// SPDX-License-Identifier: MIT
// A server's side of a protocol: a loop that receives, calls the handler's function for the
// request, and answers. The protocol is a list of requests; a handler without a function for one of
// them does not compile.
//
//   using Protocol = abi::RequestList<Open, Close>;
//   struct Files {
//     abi::Result<Open::Reply> handle(const Open& request, const Caller& caller);
//     abi::Result<Close::Reply> handle(const Close& request, const Caller& caller);
//   };
//   Files files;
//   serve<Protocol>(endpoint, reply, files);
//
// A request that carries capabilities, or whose Reply does, has a third parameter, Transfer&. If
// the thread has a bound notification, its bits come to `void notified(u64 bits)`, if there is one.
// A server that answers some requests later takes OwedAnswers (libipc/owed.hpp) for the Reply.
#pragma once

#include <abi/fault.hpp>
#include <algorithm>
#include <libipc/owed.hpp>
#include <libipc/receive_slots.hpp>
#include <libipc/syscall.hpp>

namespace ipc {

// Who asks.
struct Caller {
  abi::Badge badge;
  bool waits = true;  // false: the message was sent, and the answer goes nowhere
};

// The capabilities of one request and of its answer.
class Transfer {
 public:
  explicit Transfer(ReceiveSlots& slots) : slots_(slots) {}

  [[nodiscard]] const Arrivals& arrivals() const { return slots_.arrivals(); }
  template <Object T>
  [[nodiscard]] Owned<T> take(u64 i) {
    return slots_.take<T>(i);
  }

  // A copy of this goes out as the i-th capability of the answer; it must still be there when the
  // handler has returned.
  void answer_with(u64 i, abi::CapPtr at) { buffer().send[i] = static_cast<u32>(at.value()); }

 private:
  ReceiveSlots& slots_;
};

template <class Handler, class R>
concept Handles = (Plain<R> &&
                   requires(Handler& handler, const R& request, const Caller& caller) {
                     {
                       handler.handle(request, caller)
                     } -> std::same_as<abi::Result<typename R::Reply>>;
                   }) ||
                  (!Plain<R> && requires(Handler& handler, const R& request, const Caller& caller,
                                         Transfer& transfer) {
                    {
                      handler.handle(request, caller, transfer)
                    } -> std::same_as<abi::Result<typename R::Reply>>;
                  });

namespace detail {

// The most capabilities that a request of the protocol brings.
template <class List>
inline constexpr u64 most_caps = 0;
template <class First, class... Rs>
inline constexpr u64 most_caps<abi::RequestList<First, Rs...>> =
    std::max({caps_of<First>, caps_of<Rs>...});

template <class List>
inline constexpr bool all_plain = true;
template <class... Rs>
inline constexpr bool all_plain<abi::RequestList<Rs...>> = (Plain<Rs> && ...);

struct Answer {
  Words words{};
  abi::MessageInfo info;

  static constexpr Answer error(abi::Error why) {
    return {{}, abi::MessageInfo::make(static_cast<u32>(why), 0)};
  }
};

// One request: shape checked, handler called, its result as a message.
template <class R, class Handler>
[[gnu::always_inline]] inline Answer handle_one(Handler& handler, const Message& message,
                                                const Caller& caller, ReceiveSlots* slots) {
  using Reply = typename R::Reply;
  if (!abi::is_length_of<R>(message.info.words())) return Answer::error(abi::Error::bad_argument);
  const auto request = from_message<R>(message);
  if (!has_length(request, message)) return Answer::error(abi::Error::bad_argument);
  const auto result = [&] -> abi::Result<Reply> {
    if constexpr (Plain<R>) {
      return handler.handle(request, caller);
    } else {
      if (!slots->arrivals().has(caps_of<R>)) return abi::Error::invalid_capability;
      Transfer transfer{*slots};
      return handler.handle(request, caller, transfer);
    }
  }();
  if (!result.ok()) return Answer::error(result.error());
  return {to_message(*result), abi::MessageInfo::make(0, abi::words_in(*result), caps_of<Reply>)};
}

template <class Protocol, class Handler>
[[gnu::always_inline]] inline Answer dispatch(Handler& handler, const Message& message,
                                              ReceiveSlots* slots) {
  const Caller caller{abi::Badge{message.badge}, message.info.kind() == abi::Kind::call};
  Answer answer = Answer::error(abi::Error::unknown_method);
  Protocol::find(message.info.label(), [&]<class R>() {
    // Without a handler there is one error already, from check_protocol().
    if constexpr (Handles<Handler, R>) answer = handle_one<R>(handler, message, caller, slots);
  });
  return answer;
}

// What is no request, but may come to any endpoint, gets an answer that keeps the server going:
// a faulting thread that named us as its pager stays stopped.
constexpr Answer refuse(const Message& message) {
  if (message.info.kind() == abi::Kind::fault)
    return {{}, abi::MessageInfo::make(static_cast<u32>(abi::FaultReply::stop), 0)};
  return Answer::error(abi::Error::unknown_method);
}

constexpr bool owes_answer(abi::Kind kind) {
  return kind == abi::Kind::call || kind == abi::Kind::fault || kind == abi::Kind::foreign_call;
}

template <class Protocol, class Handler>
constexpr void check_protocol() {
  static_assert(Protocol::ops_are_distinct(), "two requests of this protocol have the same op");
  Protocol::for_each([]<class R>() {
    static_assert(Handles<Handler, R>,
                  "the server has no handler for a request of its protocol: it needs "
                  "`abi::Result<R::Reply> handle(const R&, const ipc::Caller&)`, and a third "
                  "parameter `ipc::Transfer&` if capabilities travel; R is named below");
  });
}

// Answers if somebody waits for it, and receives the next. A caller that cannot take an answer of
// this length (it has no IPC buffer) is told so, and harms nobody else.
inline Message next_message(Cap<Endpoint> endpoint, abi::Kind kind, const Answer& answer) {
  if (!owes_answer(kind)) return sys::recv(endpoint);
  const Message message = sys::reply_recv(endpoint, answer.words, answer.info);
  if (message.error() != abi::Error::too_big) [[likely]]
    return message;
  return sys::reply_recv(endpoint, {}, Answer::error(abi::Error::too_big).info);
}

// For servers that answer everything at once.
struct NothingOwed {
  Cap<Reply> reply;

  [[nodiscard]] Cap<Reply> first() const { return reply; }
  static constexpr Cap<Reply> take_next() { return {}; }
};

template <class Protocol, class Handler, class Replies>
abi::Error serve(Cap<Endpoint> endpoint, Replies&& replies, Handler& handler, ReceiveSlots* slots) {
  check_protocol<Protocol, Handler>();
  if constexpr (most_caps<Protocol> != 0) slots->arm();
  Message message = sys::recv(endpoint, replies.first());
  while (!message.is_error()) {
    const abi::Kind kind = message.info.kind();
    const bool is_request = kind == abi::Kind::call || kind == abi::Kind::send;
    if constexpr (requires { handler.notified(message.badge); })
      if (kind == abi::Kind::notification) handler.notified(message.badge);
    if constexpr (!all_plain<Protocol>) slots->arrived(message.info);
    const Answer answer =
        is_request ? dispatch<Protocol>(handler, message, slots) : refuse(message);
    if constexpr (most_caps<Protocol> != 0) {
      slots->clean_up();
      slots->arm();
    }
    // With another Reply, whoever hangs on the bound one goes on waiting.
    const Cap<Reply> next = replies.take_next();
    message = next ? sys::recv(endpoint, next) : next_message(endpoint, kind, answer);
  }
  return message.error();
}

}  // namespace detail

// Serves until receiving fails, and says why: `gone` when the endpoint has been destroyed.
template <class Protocol, class Handler>
  requires(detail::all_plain<Protocol>)
abi::Error serve(Cap<Endpoint> endpoint, Cap<Reply> reply, Handler& handler) {
  return detail::serve<Protocol>(endpoint, detail::NothingOwed{reply}, handler, nullptr);
}

// For protocols with capabilities: `slots` has room for as many as a request brings.
template <class Protocol, class Handler>
abi::Error serve(Cap<Endpoint> endpoint, Cap<Reply> reply, Handler& handler, ReceiveSlots& slots) {
  return detail::serve<Protocol>(endpoint, detail::NothingOwed{reply}, handler, &slots);
}

// For servers that owe answers; `slots` may be null if no request brings capabilities.
template <class Protocol, class Handler>
abi::Error serve(Cap<Endpoint> endpoint, OwedAnswers& answers, Handler& handler,
                 ReceiveSlots* slots = nullptr) {
  return detail::serve<Protocol>(endpoint, answers, handler, slots);
}

}  // namespace ipc
