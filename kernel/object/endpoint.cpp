// SPDX-License-Identifier: MIT
#include <debug/panic.hpp>
#include <object/endpoint.hpp>

namespace kernel {

Endpoint::Look Endpoint::look_for(u64 badge) {
  if (badge_ != badge) {
    badge_ = badge;
    looked_at_ = first_sender();
  }
  Thread* thread = looked_at_;
  if (thread == nullptr) {
    badge_ = 0;
    return {.looked_through = true};
  }
  looked_at_ = queue_.next(thread);
  return {.found = thread->outgoing.badge == badge ? thread : nullptr};
}

void Endpoint::check() const {
  const Thread* first = queue_.front();
  for (const Thread* thread = first; thread != nullptr; thread = queue_.next(thread)) {
    require(thread->queued_on == this, "a thread in an endpoint's queue does not know it");
    require(thread->state == first->state, "senders and receivers in one queue");
    require(thread->state == ThreadState::sending || thread->state == ThreadState::receiving,
            "a thread in an endpoint's queue is in another state");
  }
}

void Reply::check() const {
  if (caller_ != nullptr)
    require(caller_->answered_by == this && caller_->state == ThreadState::replying,
            "a Reply's caller does not hang on it");
  if (receiver_ != nullptr)
    require(receiver_->bound_reply == this, "a Reply's receiver is not bound to it");
}

void Notification::check() const {
  require(queue_.empty() || bits == 0, "threads wait for bits that are there");
  if (bound != nullptr) {
    require(bound->notification == this, "a binding is one-sided");
    require((bits != 0) == ((bound->detours & detour::notified) != 0),
            "a thread does not know of its notification's bits");
  }
  for (const Thread* thread = queue_.front(); thread != nullptr; thread = queue_.next(thread))
    require(thread->waits_for == this && thread->state == ThreadState::waiting,
            "a thread in a notification's queue is in another state");
}

void SchedContext::check() const {
  if (user != nullptr) require(user->time == this, "a user of time does not know it");
  require(left <= static_cast<base::i64>(budget), "more time is left than was given");
  u64 loans = 0;
  for (const Reply* reply = latest_loan_; reply != nullptr; reply = reply->earlier_loan) {
    require(reply->lent == this, "a loan is of other time");
    ++loans;
  }
  require(loans == loans_ && loans <= max_loans, "the number of loans is wrong");
}

}  // namespace kernel
