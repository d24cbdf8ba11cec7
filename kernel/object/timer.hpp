// SPDX-License-Identifier: MIT
// A deadline that signals a notification. While it is armed, it stands in the queue of timers
// (sched/timer_queue.hpp).
#pragma once

#include <cap/object.hpp>
#include <cap/slot.hpp>

namespace kernel {

class Timer : public Object {
  friend class TimerQueue;

  // They stand before the slot, which is aligned to 64 bytes, so that both fit.
  u64 deadline_ = 0;  // in ticks of the counter; 0: not armed
  u64 rank_ = 0;
  Timer* parent_ = nullptr;
  Timer* left_ = nullptr;
  Timer* right_ = nullptr;

 public:
  Timer() : Object(ObjectType::timer) {}

  [[nodiscard]] bool is_armed() const { return deadline_ != 0; }
  [[nodiscard]] u64 deadline() const { return deadline_; }

  Slot target;  // whom it signals: a child of a notification's capability, or nothing
};

static_assert(sizeof(Timer) <= abi::small_object_bytes);

}  // namespace kernel
