// SPDX-License-Identifier: MIT
// Armed timers, the earliest on top: a leftist heap (Crane 1972; Knuth, volume 3, 5.2.3).
//
//          3  rank 2      No timer is later than those below it. A timer's rank is one more than
//        /   \            its right child's, and the left child's is at least as large as the
//       5     7           right one's (absent: 0). So the way down to the right is the shortest:
//     /                   at most log2(n + 1) timers.
//    6
//
// Joining two heaps walks down their right sides and back. Putting a timer in and taking any one
// out is one such join: O(log n) in the worst case, no recursion, no memory beside the timers' own.
#pragma once

#include <object/timer.hpp>

namespace kernel {

class TimerQueue {
 public:
  // The one with the earliest deadline; null if none is armed.
  [[nodiscard]] Timer* first() const { return top_; }

  // The timer is not armed, and is from now on. `deadline` is not 0.
  void arm(Timer& timer, u64 deadline);

  // The timer is armed, and is not any more.
  void disarm(Timer& timer);

  // Panics unless the shape and all links are as they should be.
  void check() const;

 private:
  static u64 rank_of(const Timer* timer) { return timer != nullptr ? timer->rank_ : 0; }
  static bool settle(Timer& timer);
  static Timer* join(Timer* one, Timer* other);
  static void check_place(const Timer& timer);

  Timer* top_ = nullptr;
};

}  // namespace kernel
