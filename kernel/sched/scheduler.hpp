// SPDX-License-Identifier: MIT
// Which thread runs: the first of the highest priority, in turns of its SchedContext's budget.
//
// The running thread stands in no queue, so a switch to the partner of an IPC moves nothing. The
// alarm may ring early, never late: a switch to time that ends later leaves it as it is.
//
// Invariant: a queue holds threads that are ready and have time; a priority's bit is set exactly
// if its queue is not empty.
#pragma once

#include <array>
#include <machine/cpu.hpp>
#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

class Scheduler {
 public:
  // `frequency`: ticks per second of the machine's counter.
  void initialise(u64 frequency) { frequency_ = frequency; }

  // Null while nothing can run.
  [[nodiscard]] Thread* current() const { return current_; }

  // The thread's state becomes ready; it is queued behind its equals if it has time.
  void make_ready(Thread& thread);

  // The same for the partner of a thread that now waits for it: before its equals, because it goes
  // on with what that thread was doing.
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

  // Ends the turn of whoever has used up its budget. Called for the alarm.
  void check_alarm();

  // Chooses who runs next, charges the time since the last choice, and sets the alarm. Null:
  // nothing can run.
  Thread* choose();

  // The same without a choice, for the partner of an IPC: whether choose() would choose `next`, on
  // `time`, if the running thread now waited for it; and the switch itself, in two parts because
  // the time may change hands in between.
  [[nodiscard]] bool would_choose(const Thread& next, const SchedContext& time) const {
    return next.can_run() && next.priority.level + 1 >= top_ && time.left != 0 && alarm_ != 0;
  }
  void charge_running(Thread& running) { charge(running, machine::counter()); }
  void switch_to(Thread& next) {
    next.state = ThreadState::ready;
    current_ = &next;
    set_alarm_for(next, charged_until_);
  }

  [[nodiscard]] u64 ticks(u64 nanoseconds) const;
  [[nodiscard]] u64 frequency() const { return frequency_; }

  void check() const;

 private:
  static bool is_runnable(const Thread& thread) {
    return thread.state == ThreadState::ready && thread.time != nullptr && thread.can_run();
  }
  void push_back(Thread& thread);
  void push_front(Thread& thread);
  void mark(u64 level);
  void remove(Thread& thread);
  [[nodiscard]] Thread* best() const;
  [[nodiscard]] u64 find_top() const;

  // The running thread and its time have used what passed since the last call.
  void charge(Thread& running, u64 now) {
    const u64 used = now - charged_until_;
    charged_until_ = now;
    running.run_time += used;
    SchedContext& time = *running.time;
    time.left = used < time.left ? time.left - used : 0;
  }

  // The alarm rings when the thread's turn ends, or earlier.
  void set_alarm_for(const Thread& thread, u64 now) {
    const u64 turn_ends = now + thread.time->left;
    if (alarm_ != 0 && turn_ends >= alarm_) return;
    alarm_ = turn_ends;
    machine::set_alarm(turn_ends);
  }

  static constexpr u64 words = abi::priority_levels / 64;

  Thread* current_ = nullptr;
  u64 charged_until_ = 0;
  u64 alarm_ = 0;  // 0: not set
  u64 frequency_ = 0;
  u64 top_ = 0;  // one more than the highest level with a ready thread; 0: there is none
  std::array<u64, words> occupied_{};
  std::array<ThreadQueue, abi::priority_levels> queues_{};
};

}  // namespace kernel
