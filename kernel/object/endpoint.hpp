// SPDX-License-Identifier: MIT
// The objects that threads meet at.
#pragma once

#include <cap/object.hpp>
#include <object/thread.hpp>

namespace kernel {

// A meeting place. The queue holds only senders or only receivers, because a pair that is present
// together is matched at once; all its threads have the state that says which. check() proves it.
class Endpoint : public Object {
 public:
  Endpoint() : Object(ObjectType::endpoint) {}

  [[nodiscard]] Thread* first() const { return queue_.front(); }
  [[nodiscard]] Thread* first_sender() const { return first_in(ThreadState::sending); }
  [[nodiscard]] Thread* first_receiver() const { return first_in(ThreadState::receiving); }

  void enqueue_sender(Thread& thread) {
    enqueue(thread, ThreadState::sending);
    if (badge_ != 0 && looked_at_ == nullptr) looked_at_ = &thread;
  }
  void enqueue_receiver(Thread& thread) { enqueue(thread, ThreadState::receiving); }
  void dequeue(Thread& thread) {
    if (&thread == looked_at_) looked_at_ = queue_.next(&thread);
    dequeue_receiver(thread);
  }
  void dequeue_receiver(Thread& thread) {
    queue_.remove(&thread);
    thread.queued_on = nullptr;
  }

  // Looks through the queue, one thread with each call, in steps that others may come between: the
  // next sender with this badge if it is that one's turn. `looked_through` at the end.
  struct Look {
    Thread* found = nullptr;
    bool looked_through = false;
  };
  Look look_for(u64 badge);

  void check() const;

 private:
  [[nodiscard]] Thread* first_in(ThreadState state) const {
    Thread* first = queue_.front();
    return first != nullptr && first->state == state ? first : nullptr;
  }
  void enqueue(Thread& thread, ThreadState state) {
    thread.state = state;
    thread.queued_on = this;
    queue_.push_back(&thread);
  }

  ThreadQueue queue_;
  Thread* looked_at_ = nullptr;  // the next one to look at, while somebody looks for `badge_`
  u64 badge_ = 0;
};

// What a caller hangs on until it is answered.
//
//   free --(a call is received with it)--> owed: caller() waits --(answered, or either dies)-->
//   free
//
// Invariant: caller()->answered_by is this, and receiver()->bound_reply is this.
class Reply : public Object {
 public:
  Reply() : Object(ObjectType::reply) {}

  [[nodiscard]] Thread* caller() const { return caller_; }
  [[nodiscard]] Thread* receiver() const { return receiver_; }

  void hang(Thread& caller) {
    caller_ = &caller;
    caller.answered_by = this;
    caller.state = ThreadState::replying;
  }
  void unhang() {
    caller_->answered_by = nullptr;
    caller_ = nullptr;
  }

  // Which thread's callers will hang on it.
  void bind(Thread& receiver) {
    receiver_ = &receiver;
    receiver.bound_reply = this;
  }
  void unbind() {
    receiver_->bound_reply = nullptr;
    receiver_ = nullptr;
  }

  // The caller's time, while its server runs on it; and the loan of that time before this one.
  SchedContext* lent = nullptr;
  Reply* earlier_loan = nullptr;

  void check() const;

 private:
  Thread* caller_ = nullptr;
  Thread* receiver_ = nullptr;
};

// A word of bits. Threads wait here only while it is empty.
class Notification : public Object {
 public:
  Notification() : Object(ObjectType::notification) {}

  u64 bits = 0;             // changed by add_bits() and take_bits() only
  Thread* bound = nullptr;  // whose receives it ends

  [[nodiscard]] Thread* first_waiter() const { return queue_.front(); }
  void enqueue(Thread& thread) {
    thread.state = ThreadState::waiting;
    thread.waits_for = this;
    queue_.push_back(&thread);
  }
  void dequeue(Thread& thread) {
    queue_.remove(&thread);
    thread.waits_for = nullptr;
  }

  void add_bits(u64 more) {
    bits |= more;
    tell_bound();
  }
  u64 take_bits() {
    const u64 taken = bits;
    bits = 0;
    tell_bound();
    return taken;
  }

  void bind(Thread& thread) {
    bound = &thread;
    thread.notification = this;
    tell_bound();
  }
  void unbind() {
    bound->notification = nullptr;
    bound->set_detour(detour::notified, false);
    bound = nullptr;
  }

  void check() const;

 private:
  void tell_bound() const {
    if (bound != nullptr) bound->set_detour(detour::notified, bits != 0);
  }

  ThreadQueue queue_;
};

// Time to run on. It belongs to the thread that keeps it (its home) and is used by that thread or
// by a server that works for it.
class SchedContext : public Object {
 public:
  constexpr SchedContext() : Object(ObjectType::sched_context) {}

  Thread* home = nullptr;
  Thread* user = nullptr;  // whose `time` this is
  u64 budget = 0;          // ticks of one turn
  base::i64 left = 0;      // of the present turn, while nobody runs on it; less than 0: overdrawn
  u64 granted = 0;         // all turns together, this one whole

  // A server without time of its own works on its caller's, and may call another such server: the
  // Replies through which this time was lent on, as a stack. Its depth is limited, because bringing
  // the time home takes a step for each.
  static constexpr u64 max_loans = 16;
  [[nodiscard]] Reply* latest_loan() const { return latest_loan_; }
  [[nodiscard]] bool can_be_lent() const { return loans_ != max_loans; }
  void push_loan(Reply& reply) {
    reply.lent = this;
    reply.earlier_loan = latest_loan_;
    latest_loan_ = &reply;
    ++loans_;
  }
  void pop_loan() {
    latest_loan_->lent = nullptr;
    latest_loan_ = latest_loan_->earlier_loan;
    --loans_;
  }

  void check() const;

 private:
  Reply* latest_loan_ = nullptr;
  u64 loans_ = 0;
};

static_assert(sizeof(Endpoint) <= abi::small_object_bytes);
static_assert(sizeof(Reply) <= abi::small_object_bytes);
static_assert(sizeof(Notification) <= abi::small_object_bytes);
static_assert(sizeof(SchedContext) <= abi::small_object_bytes);

}  // namespace kernel
