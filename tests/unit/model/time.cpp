// SPDX-License-Identifier: MIT
// Who runs, on whose time.
#include <algorithm>
#include <model/model.hpp>

namespace model {

bool Model::is_runnable(const Thread& thread) {
  return thread.state == State::ready && thread.time != nullptr && thread.can_run();
}

bool Model::is_queued(const Thread& thread) const {
  return std::ranges::count(ready[thread.priority], &thread) != 0;
}

void Model::queue(Thread& thread, bool in_front) {
  auto& level = ready[thread.priority];
  level.insert(in_front ? level.begin() : level.end(), &thread);
  occupied.insert(thread.priority);
}

void Model::unqueue(Thread& thread) {
  auto& level = ready[thread.priority];
  std::erase(level, &thread);
  if (level.empty()) occupied.erase(thread.priority);
}

void Model::enqueue(Thread& thread) {
  if (!is_runnable(thread) || &thread == current || is_queued(thread)) return;
  const u64 top = occupied.empty() ? 0 : *occupied.rbegin();
  if (current == nullptr || thread.priority <= current->priority || thread.priority <= top) {
    queue(thread, false);
    return;
  }
  // Above all: in the place of the running thread, which will go on before its equals.
  queue(*current, true);
  current = &thread;
}

void Model::make_ready(Thread& thread) {
  thread.state = State::ready;
  enqueue(thread);
}

// For the partner of a thread that now waits: in that one's place if it is free, or before its
// equals.
void Model::hand_over(Thread& thread) {
  thread.state = State::ready;
  if (!is_runnable(thread) || &thread == current) return;
  unqueue(thread);
  if (mutation == Mutation::partners_queue_up) {
    queue(thread, false);
  } else if (current == nullptr && (occupied.empty() || thread.priority >= *occupied.rbegin())) {
    current = &thread;
  } else {
    queue(thread, true);
  }
}

void Model::withdraw(Thread& thread) {
  if (&thread == current) {
    current = nullptr;
  } else {
    unqueue(thread);
  }
}

u64 Model::used(const SchedContext& time) const {
  return time.granted - static_cast<u64>(&time == on ? left_at(now) : time.left);
}

void Model::run_on_nothing() {
  if (on != nullptr) on->left = left_at(now);
  on = nullptr;
}

void Model::renew(SchedContext& time, u64 budget) {
  if (&time == on) run_on_nothing();
  time.budget = budget;
  time.granted += budget - static_cast<u64>(time.left);
  time.left = static_cast<base::i64>(budget);
}

void Model::give_time(Thread& thread, SchedContext& time) {
  thread.time = &time;
  time.user = &thread;
  enqueue(thread);
}

void Model::take_time(SchedContext& time) {
  if (&time == on) run_on_nothing();
  if (time.user == nullptr) return;
  withdraw(*time.user);
  time.user->time = nullptr;
  time.user = nullptr;
}

void Model::lend(Reply& reply, Thread& server) {
  SchedContext& time = *reply.caller->time;
  take_time(time);
  give_time(server, time);
  time.loans.push_back(&reply);
  reply.lent = &time;
}

void Model::return_loan(Reply& reply) {
  SchedContext* time = reply.lent;
  if (time == nullptr) return;
  while (reply.lent != nullptr) {
    time->loans.back()->lent = nullptr;
    time->loans.pop_back();
  }
  take_time(*time);
  give_time(*reply.caller, *time);
}

void Model::return_borrowed(Thread& borrower) {
  if (borrower.time == nullptr || borrower.time->home == &borrower) return;
  return_loan(*borrower.time->loans.back());
}

bool Model::has_own_time(const Thread& thread) {
  return thread.time != nullptr && thread.time->home == &thread;
}

bool Model::runs_on_loan(const Thread& thread, const Reply& reply) {
  return reply.lent != nullptr && reply.lent == thread.time;
}

void Model::void_loans(SchedContext& time) {
  for (Reply* reply : time.loans) reply->lent = nullptr;
  time.loans.clear();
}

void Model::choose() {
  if (current != nullptr && !occupied.empty() && *occupied.rbegin() > current->priority) {
    queue(*current, true);
    current = nullptr;
  }
  if (current == nullptr) {
    if (occupied.empty()) throw std::runtime_error("model: nobody can run");
    Thread& first = *ready[*occupied.rbegin()].front();
    unqueue(first);
    current = &first;
  }
  SchedContext& time = *current->time;
  if (&time == on) return;
  if (time.left <= 0) renew(time, time.budget);
  run_on_nothing();
  on = &time;
  turn_ends = now + static_cast<u64>(time.left);
}

void Model::timer_interrupt() {
  if (on != nullptr && left_at(now) <= 0) {
    SchedContext& time = *on;
    renew(time, time.budget);
    if (current != nullptr && current->time == &time) {
      Thread& thread = *current;
      current = nullptr;
      queue(thread, false);
    }
  }
  choose();
}

}  // namespace model
