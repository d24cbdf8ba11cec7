// SPDX-License-Identifier: MIT
// Answers that come later. A server that cannot answer yet keeps the Reply on which the caller
// hangs and receives on with another one, so it owes as many answers as it likes and never waits:
//
//   abi::Result<Read::Reply> handle(const Read& request, const Caller& caller) {
//     if (there_is_input()) return take_input();
//     waiting_.push(TRY(answers_.owe<Read>(caller)));
//     return Read::Reply{};  // goes nowhere
//   }
//   ...
//   waiting_.pop().answer(take_input());  // later, in whatever request or notification
//
// It has to bound how many it owes: each is a kernel object that its account pays for.
#pragma once

#include <libipc/marshal.hpp>
#include <libipc/syscall.hpp>
#include <libipc/transfer.hpp>

namespace ipc {

struct Caller;
class OwedAnswers;

// The answer to one request of the kind R. Dropped without one, it is answered with `gone`.
template <Plain R>
class Owed {
 public:
  constexpr Owed() = default;
  constexpr Owed(OwedAnswers& answers, Cap<Reply> reply) : answers_(&answers), reply_(reply) {}
  constexpr Owed(Owed&& other) noexcept
      : answers_(std::exchange(other.answers_, nullptr)), reply_(other.reply_) {}
  constexpr Owed& operator=(Owed&& other) noexcept {
    std::swap(answers_, other.answers_);
    std::swap(reply_, other.reply_);
    return *this;
  }
  constexpr ~Owed() {
    if (answers_ != nullptr) static_cast<void>(answer(abi::Error::gone));
  }

  [[nodiscard]] constexpr explicit operator bool() const { return answers_ != nullptr; }

  // Whether somebody waits for it still. Whoever died or was suspended does not.
  [[nodiscard]] bool is_waited_for() const;

  // Error: gone, nobody has heard it.
  abi::Status answer(const abi::Result<typename R::Reply>& result);

 private:
  OwedAnswers* answers_ = nullptr;
  Cap<Reply> reply_;
};

// The Replies of a server: the bound one, and those that are free. Each makes its way from free to
// bound to owed and back to free.
class OwedAnswers {
 public:
  static constexpr u64 most = 1024;

  constexpr OwedAnswers() = default;
  OwedAnswers(const OwedAnswers&) = delete;
  OwedAnswers& operator=(const OwedAnswers&) = delete;

  // Makes the first one. Needed before serving.
  abi::Status start();

  // The answer to the request that is being handled, to be given later; what its handler returns
  // goes nowhere. Nothing has changed after an error: not_supported (the message was sent, nobody
  // waits), no_space, over_quota.
  template <Plain R>
  abi::Result<Owed<R>> owe(const Caller& caller) {
    return Owed<R>{*this, TRY(keep_caller(caller))};
  }

  // For serve(): what to bind first, and what next; empty: the bound one stays.
  [[nodiscard]] Cap<Reply> first() const { return bound_; }
  [[nodiscard]] Cap<Reply> take_next() { return std::exchange(next_, {}); }

  // For Owed: a Reply on which nobody hangs any more.
  void give_back(Cap<Reply> reply) { free_[free_count_++] = reply; }

 private:
  abi::Result<Cap<Reply>> keep_caller(const Caller& caller);
  abi::Result<Cap<Reply>> take_free();

  Cap<Reply> bound_;
  Cap<Reply> next_;
  Cap<Reply> free_[most];
  u64 free_count_ = 0;
  u64 made_ = 0;
};

bool somebody_hangs_on(Cap<Reply> reply);

template <Plain R>
bool Owed<R>::is_waited_for() const {
  return answers_ != nullptr && somebody_hangs_on(reply_);
}

template <Plain R>
abi::Status Owed<R>::answer(const abi::Result<typename R::Reply>& result) {
  OwedAnswers* answers = std::exchange(answers_, nullptr);
  if (answers == nullptr) return abi::Error::gone;
  Message sent;
  if (result.ok())
    sent = sys::send(reply_.at(), to_message(*result),
                     abi::MessageInfo::make(0, abi::words_in(*result)));
  else
    sent = sys::send(reply_.at(), {}, abi::MessageInfo::make(static_cast<u32>(result.error()), 0));
  // It cannot take an answer of this length, but it can be told so.
  if (sent.error() == abi::Error::too_big)
    sys::send(reply_.at(), {}, abi::MessageInfo::make(static_cast<u32>(abi::Error::too_big), 0));
  answers->give_back(reply_);
  return sent.error();
}

}  // namespace ipc
