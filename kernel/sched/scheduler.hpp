// SPDX-License-Identifier: MIT
// Which thread runs: the first of the highest priority, in turns of its SchedContext's budget.
//
// The running thread stands in no queue, so a switch to the partner of an IPC moves nothing; if the
// partner works on the same time, nothing is counted either. The alarm may ring early, never late:
// a switch to time that ends later leaves it as it is. It rings for timers too (wake_by).
//
// Invariants: a queue holds threads that are ready and have time; a priority's bit is set exactly
// if its queue is not empty; what passes until `turn_ends_` is left of the time `on_`, whose own
// `left` is out of date meanwhile.
#pragma once

#include <array>
#include <machine/cpu.hpp>
#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

class Scheduler {
 public:
  // `frequency`: ticks per second of the machine's counter.
  void initialise(u64 frequency) {
    frequency_ = frequency;
    on_ = &nobodys_;
  }

  // Null while nothing can run.
  [[nodiscard]] Thread* current() const { return current_; }

  // The thread's state becomes ready; if it has time, it is queued behind its equals, or takes the
  // current one's place if it is above that and all others.
  void make_ready(Thread& thread);

  // The same for the partner of a thread that now waits for it: it goes on with what that thread
  // was doing, in its place if that is free, else before its equals.
  void hand_over(Thread& thread);

  // A thread that is ready is taken out of its queue, or is no longer current. Its state is the
  // caller's to set.
  void withdraw(Thread& thread);

  // The current thread goes behind its equals.
  void yield();

  void set_priority(Thread& thread, Priority priority);

  // From now on `thread` runs on `time`. Both were free.
  void give_time(Thread& thread, SchedContext& time);
  // Its user, if any, runs on nothing.
  void take_time(SchedContext& time);

  // The time that its user has from `time` goes to another thread, as it is.
  void lend_time(Thread& from, Thread& to);

  // The alarm rings at `deadline`, or before.
  void wake_by(u64 deadline) {
    deadline_ = deadline < never ? deadline : never;
    if (deadline_ < alarm_) set_alarm(deadline_);
  }
  static constexpr u64 never = ~u64{0} >> 1;

  // Ends the turn of whoever has used up its budget. Called for the alarm.
  void check_alarm();

  // Chooses who runs next, on its time. Null: nothing can run.
  [[gnu::always_inline]] Thread* choose() {
    if (current_ == nullptr || !would_choose(*current_)) return choose_best();
    run_on(*current_->time);
    return current_;
  }

  // Whether choose() would choose `thread`, which ran, on the time that it ran on.
  [[nodiscard]] bool leaves_alone(const Thread& thread) const {
    return &thread == current_ && thread.time == on_ && would_choose(thread);
  }

  // Whether choose() would choose `next`, which can run, if the running thread now waited for it.
  [[nodiscard]] bool would_choose(const Thread& next) const { return next.priority.level >= top_; }

  // The same for the fast path, and its switch without a choice.
  [[nodiscard]] bool may_switch_to(const Thread& next) const {
    return next.priority.level >= direct_from_;
  }
  [[gnu::always_inline]] void switch_to(Thread& next) {
    next.state = ThreadState::ready;
    current_ = &next;
    run_on(*next.time);
  }

  // Off: may_switch_to() says no, so that everything takes the long way.
  void allow_direct_switches(bool allow);

  // Gives `time` a new turn of `budget` ticks.
  void renew(SchedContext& time, u64 budget);
  // What has been used of `time` since its making, in ticks.
  [[nodiscard]] u64 used(const SchedContext& time) const;

  // What is left of its present turn.
  [[nodiscard]] base::i64 left(const SchedContext& time) const {
    return &time == on_ ? left_at(machine::counter()) : time.left;
  }

  // One more than the highest level with a ready thread, and the first one of a level; both without
  // the running thread.
  [[nodiscard]] u64 ready_levels() const { return best() == nullptr ? 0 : top_ + 1; }
  [[nodiscard]] Thread* first_ready(u64 level) const { return queues_[level].front(); }

  [[nodiscard]] u64 ticks(u64 nanoseconds) const;
  [[nodiscard]] u64 frequency() const { return frequency_; }

  void check() const;

 private:
  static bool is_runnable(const Thread& thread) {
    return thread.state == ThreadState::ready && thread.time != nullptr && thread.can_run();
  }
  void enqueue(Thread& thread);
  Thread* choose_best();
  // Not inline: they are short enough to be copied to a dozen places.
  [[gnu::noinline]] void push_back(Thread& thread);
  void push_front(Thread& thread);
  void mark(u64 level);
  [[gnu::noinline]] void remove(Thread& thread);
  void set_top(u64 top) {
    top_ = top;
    direct_from_ = top | forbidden_;
  }
  [[nodiscard]] Thread* best() const;
  [[nodiscard]] u64 find_top() const;

  // From now on the CPU's time is `time`. If its turn was used up when it was last left, and nobody
  // has renewed it since, the alarm rings at once: then it gets a new turn, behind its equals, as
  // if the alarm had come in time.
  [[gnu::always_inline]] void run_on(SchedContext& time) {
    SchedContext* before = on_;
    if (&time == before) return;
    const u64 now = machine::counter();
    before->left = left_at(now);
    on_ = &time;
    turn_ends_ = now + static_cast<u64>(time.left);
    if (turn_ends_ < alarm_) set_alarm(turn_ends_);
  }
  // From now on it is nobody's.
  void run_on_nothing() {
    nobodys_.left = never;
    run_on(nobodys_);
  }

  [[nodiscard]] base::i64 left_at(u64 now) const {
    return static_cast<base::i64>(turn_ends_ - now);
  }

  void set_alarm(u64 at) {
    alarm_ = at;
    machine::set_alarm(at);
  }

  static constexpr u64 words = abi::priority_levels / 64;

  Thread* current_ = nullptr;
  SchedContext nobodys_;  // the time in which nothing runs
  SchedContext* on_ = nullptr;
  u64 turn_ends_ = 0;
  u64 deadline_ = never;  // of whoever else the alarm rings for
  u64 alarm_ = never;
  u64 top_ = 0;          // the highest level with a ready thread; 0 also if there is none
  u64 direct_from_ = 0;  // top_, or more than any level while direct switches are forbidden
  u64 forbidden_ = 0;
  u64 frequency_ = 0;
  std::array<u64, words> occupied_{};
  std::array<ThreadQueue, abi::priority_levels> queues_{};
};

}  // namespace kernel
