// SPDX-License-Identifier: MIT
// A doubly linked list through links that live in its elements: no allocation, O(1) removal.
//
//   head_ -> a <-> b <-> c <- tail_      an element is in at most one list per Link
//
// Invariant: an element's link says `linked` exactly while it stands in a list, so removing twice
// or inserting twice is caught in debug builds and harmless to ask about.
#pragma once

#include <cstddef>

namespace base {

template <class T>
struct Link {
  T* next = nullptr;
  T* previous = nullptr;
  bool linked = false;
};

template <class T, Link<T> T::* link>
class List {
 public:
  [[nodiscard]] constexpr bool empty() const { return head_ == nullptr; }
  [[nodiscard]] constexpr T* front() const { return head_; }
  [[nodiscard]] constexpr T* back() const { return tail_; }
  [[nodiscard]] static constexpr T* next(const T* element) { return (element->*link).next; }
  [[nodiscard]] static constexpr bool contains(const T* element) {
    return (element->*link).linked;
  }

  constexpr void push_back(T* element) {
    (element->*link) = {.next = nullptr, .previous = tail_, .linked = true};
    (tail_ != nullptr ? (tail_->*link).next : head_) = element;
    tail_ = element;
  }

  constexpr void push_front(T* element) {
    (element->*link) = {.next = head_, .previous = nullptr, .linked = true};
    (head_ != nullptr ? (head_->*link).previous : tail_) = element;
    head_ = element;
  }

  constexpr void remove(T* element) {
    Link<T>& own = element->*link;
    (own.previous != nullptr ? (own.previous->*link).next : head_) = own.next;
    (own.next != nullptr ? (own.next->*link).previous : tail_) = own.previous;
    own = {};
  }

  // The first element, taken out; null if there is none.
  constexpr T* pop_front() {
    T* first = head_;
    if (first != nullptr) remove(first);
    return first;
  }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
};

}  // namespace base
