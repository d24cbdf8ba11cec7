// SPDX-License-Identifier: MIT
#include <debug/panic.hpp>
#include <sched/timer_queue.hpp>
#include <utility>

namespace kernel {

// The timer's children are right in themselves: puts them on their sides. True: its rank is another
// than before.
bool TimerQueue::settle(Timer& timer) {
  if (rank_of(timer.left_) < rank_of(timer.right_)) std::swap(timer.left_, timer.right_);
  const u64 rank = rank_of(timer.right_) + 1;
  return std::exchange(timer.rank_, rank) != rank;
}

// One heap out of two, either of which may be empty. The parent of its top is not set.
Timer* TimerQueue::join(Timer* one, Timer* other) {
  Timer* top = nullptr;
  Timer* last = nullptr;
  Timer** place = &top;
  // The right sides become one, in the order of the deadlines.
  while (one != nullptr && other != nullptr) {
    if (other->deadline_ < one->deadline_) std::swap(one, other);
    *place = one;
    one->parent_ = last;
    last = one;
    place = &one->right_;
    one = one->right_;
  }
  *place = one != nullptr ? one : other;
  if (*place != nullptr) (*place)->parent_ = last;
  // All of them have new children on the right.
  for (; last != nullptr; last = last->parent_) settle(*last);
  return top;
}

void TimerQueue::arm(Timer& timer, u64 deadline) {
  require(!timer.is_armed() && deadline != 0, "arming a timer that is armed");
  timer.deadline_ = deadline;
  timer.rank_ = 1;
  timer.parent_ = timer.left_ = timer.right_ = nullptr;
  top_ = join(top_, &timer);
}

void TimerQueue::disarm(Timer& timer) {
  require(timer.is_armed(), "disarming a timer that is not armed");
  Timer* above = timer.parent_;
  Timer* below = join(timer.left_, timer.right_);
  if (below != nullptr) below->parent_ = above;
  timer.deadline_ = 0;
  if (above == nullptr) {
    top_ = below;
    return;
  }
  (above->left_ == &timer ? above->left_ : above->right_) = below;
  // Each step up but the last changes a rank, by one more than the step before: O(log n) steps.
  while (above != nullptr && settle(*above)) above = above->parent_;
}

void TimerQueue::check_place(const Timer& timer) {
  require(timer.is_armed(), "a timer in the queue is not armed");
  require(rank_of(timer.left_) >= rank_of(timer.right_) && timer.rank_ == rank_of(timer.right_) + 1,
          "a timer's rank is wrong");
  for (const Timer* child : {timer.left_, timer.right_})
    require(child == nullptr || (child->parent_ == &timer && child->deadline_ >= timer.deadline_),
            "a timer stands in the wrong place");
}

// Each timer before those below it, the left ones first.
void TimerQueue::check() const {
  require(top_ == nullptr || top_->parent_ == nullptr, "the first timer has others above it");
  for (const Timer* timer = top_; timer != nullptr;) {
    check_place(*timer);
    if (timer->left_ != nullptr) {  // whoever has a right child has a left one
      timer = timer->left_;
      continue;
    }
    // Up, until a way to the right is left that has not been gone.
    const Timer* above = timer->parent_;
    while (above != nullptr && (above->right_ == timer || above->right_ == nullptr)) {
      timer = above;
      above = above->parent_;
    }
    timer = above != nullptr ? above->right_ : nullptr;
  }
}

}  // namespace kernel
