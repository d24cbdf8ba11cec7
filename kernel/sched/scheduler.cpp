// SPDX-License-Identifier: MIT
#include <debug/panic.hpp>
#include <machine/cpu.hpp>
#include <sched/scheduler.hpp>

namespace kernel {

void Scheduler::mark(u64 level) {
  occupied_[level / 64] |= u64{1} << level % 64;
  if (level > top_) set_top(level);
}

void Scheduler::push_back(Thread& thread) {
  queues_[thread.priority.level].push_back(&thread);
  mark(thread.priority.level);
}

void Scheduler::push_front(Thread& thread) {
  queues_[thread.priority.level].push_front(&thread);
  mark(thread.priority.level);
}

void Scheduler::remove(Thread& thread) {
  const u64 level = thread.priority.level;
  queues_[level].remove(&thread);
  if (!queues_[level].empty()) return;
  occupied_[level / 64] &= ~(u64{1} << level % 64);
  if (level == top_) set_top(find_top());
}

u64 Scheduler::find_top() const {
  for (u64 word = words; word-- != 0;)
    if (occupied_[word] != 0) return word * 64 + base::floor_log2(occupied_[word]);
  return 0;
}

// A thread that is ready may hear of it twice: a passive server that answers one caller and takes
// up the next is ready all the time, and gets its time back before it is said to go on.
void Scheduler::enqueue(Thread& thread) {
  if (!is_runnable(thread) || &thread == current_ || ThreadQueue::contains(&thread)) return;
  if (current_ != nullptr && thread.priority.is_above(current_->priority) &&
      thread.priority.level > top_) {
    push_front(*current_);
    current_ = &thread;
    return;
  }
  push_back(thread);
}

Thread* Scheduler::best() const { return queues_[top_].front(); }

void Scheduler::make_ready(Thread& thread) {
  thread.state = ThreadState::ready;
  enqueue(thread);
}

void Scheduler::hand_over(Thread& thread) {
  thread.state = ThreadState::ready;
  if (!is_runnable(thread) || &thread == current_) return;
  if (ThreadQueue::contains(&thread)) remove(thread);
  if (current_ == nullptr && would_choose(thread))
    current_ = &thread;
  else
    push_front(thread);
}

void Scheduler::withdraw(Thread& thread) {
  if (&thread == current_) {
    current_ = nullptr;
  } else if (thread.state == ThreadState::ready && ThreadQueue::contains(&thread)) {
    remove(thread);
  }
}

void Scheduler::yield() {
  Thread* thread = current_;
  renew(*thread->time, thread->time->budget);
  current_ = nullptr;
  push_back(*thread);
}

void Scheduler::renew(SchedContext& time, u64 budget) {
  if (&time == on_) run_on_nothing();
  time.budget = budget;
  time.granted += budget - static_cast<u64>(time.left);
  time.left = static_cast<base::i64>(budget);
}

u64 Scheduler::used(const SchedContext& time) const {
  return time.granted - static_cast<u64>(left(time));
}

void Scheduler::allow_direct_switches(bool allow) {
  forbidden_ = allow ? 0 : abi::priority_levels;
  set_top(top_);
}

void Scheduler::set_priority(Thread& thread, Priority priority) {
  const bool queued = thread.state == ThreadState::ready && ThreadQueue::contains(&thread);
  if (queued) remove(thread);
  thread.priority = priority;
  if (queued) push_back(thread);
}

void Scheduler::give_time(Thread& thread, SchedContext& time) {
  thread.time = &time;
  time.user = &thread;
  enqueue(thread);
}

void Scheduler::take_time(SchedContext& time) {
  if (&time == on_) run_on_nothing();
  Thread* user = time.user;
  if (user == nullptr) return;
  withdraw(*user);
  user->time = nullptr;
  time.user = nullptr;
}

void Scheduler::lend_time(Thread& from, Thread& to) {
  SchedContext* time = from.time;
  take_time(*time);
  give_time(to, *time);
}

void Scheduler::check_alarm() {
  if (left_at(machine::counter()) > 0) {
    set_alarm(turn_ends_ < deadline_ ? turn_ends_ : deadline_);
    return;
  }
  set_alarm(deadline_);
  SchedContext& time = *on_;
  renew(time, time.budget);
  // The same interrupt may have pushed its user aside already.
  Thread* user = time.user;
  if (user == nullptr || !is_runnable(*user)) return;
  withdraw(*user);
  push_back(*user);
}

// Whoever is pushed aside keeps what is left of its turn, and its place.
Thread* Scheduler::choose_best() {
  if (current_ != nullptr) push_front(*current_);
  current_ = best();
  if (current_ == nullptr) {
    run_on_nothing();
    return nullptr;
  }
  remove(*current_);
  run_on(*current_->time);
  return current_;
}

u64 Scheduler::ticks(u64 nanoseconds) const {
  // No overflow: at most 10 seconds, and a counter of at most 1 GHz (Arm ARM D12.1).
  return nanoseconds * frequency_ / 1'000'000'000;
}

void Scheduler::check() const {
  require(top_ == find_top(), "the highest ready level is wrong");
  for (u64 level = 0; level < abi::priority_levels; ++level) {
    const bool marked = (occupied_[level / 64] >> level % 64 & 1) != 0;
    require(marked != queues_[level].empty(), "a ready queue's bit is wrong");
    for (const Thread* thread = queues_[level].front(); thread != nullptr;
         thread = queues_[level].next(thread)) {
      require(is_runnable(*thread), "a thread that cannot run is in a ready queue");
      require(thread->priority.level == level, "a thread is in the queue of another priority");
      require(thread != current_, "the running thread is in a queue");
      require(thread->time->user == thread, "a ready thread's time is used by another");
    }
  }
  if (current_ != nullptr) require(is_runnable(*current_), "the running thread cannot run");
}

}  // namespace kernel
