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
#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

class Scheduler {
 public:
  // `frequency`: ticks per second of the machine's counter.
  void initialise(u64 frequency) { frequency_ = frequency; }

  // Null while nothing can run.
  [[nodiscard]] Thread* current() const { return current_; }

  // The thread's state becomes ready; it is queued if it has time.
  void make_ready(Thread& thread);

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

  [[nodiscard]] u64 ticks(u64 nanoseconds) const;
  [[nodiscard]] u64 frequency() const { return frequency_; }

  void check() const;

 private:
  static bool is_runnable(const Thread& thread) {
    return thread.state == ThreadState::ready && thread.time != nullptr && thread.can_run();
  }
  void push_back(Thread& thread);
  void push_front(Thread& thread);
  void remove(Thread& thread);
  [[nodiscard]] Thread* best() const;
  void charge(u64 now);

  static constexpr u64 words = abi::priority_levels / 64;

  Thread* current_ = nullptr;
  u64 charged_until_ = 0;
  u64 alarm_ = 0;  // 0: not set
  u64 frequency_ = 0;
  std::array<u64, words> occupied_{};
  std::array<ThreadQueue, abi::priority_levels> queues_{};
};

}  // namespace kernel
