// SPDX-License-Identifier: MIT
// Clients that wait, first come, first served; never more than a stated number.
#pragma once

#include <base/units.hpp>
#include <utility>

namespace console {

using base::u64;

template <class T, u64 capacity>
class Queue {
 public:
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool full() const { return count_ == capacity; }
  [[nodiscard]] u64 size() const { return count_; }
  [[nodiscard]] const T& front() const { return items_[first_]; }

  // There is room.
  void push(T&& item) { items_[(first_ + count_++) % capacity] = std::move(item); }

  T pop() {
    T item = std::move(items_[first_]);
    first_ = (first_ + 1) % capacity;
    --count_;
    return item;
  }

  // Takes out all for which `is_over` holds; the others keep their order.
  template <class Condition>
  void drop_if(Condition&& is_over) {
    for (u64 left = count_; left != 0; --left) {
      T item = pop();
      if (!is_over(item)) push(std::move(item));
    }
  }

 private:
  T items_[capacity];
  u64 first_ = 0;
  u64 count_ = 0;
};

}  // namespace console
