// SPDX-License-Identifier: MIT
// A doubly linked list through links that live in its elements: no allocation, O(1) removal.
//
//   head_ -> a <-> b <-> c        circular: c's next is a, a's previous is c
//            ^___________|
//
// Invariant: an element's next is null exactly while it stands in no list. An element is in at most
// one list per Link.
#pragma once

namespace base {

template <class T>
struct Link {
  T* next = nullptr;
  T* previous = nullptr;
};

template <class T, Link<T> T::* link>
class List {
 public:
  [[nodiscard]] constexpr bool empty() const { return head_ == nullptr; }
  [[nodiscard]] constexpr T* front() const { return head_; }

  // The element behind this one; null behind the last.
  [[nodiscard]] constexpr T* next(const T* element) const {
    T* following = (element->*link).next;
    return following == head_ ? nullptr : following;
  }

  // Whether the element is in a list: this one, if it can be in no other.
  [[nodiscard]] static constexpr bool contains(const T* element) {
    return (element->*link).next != nullptr;
  }

  // The element is in no list.
  constexpr void push_back(T* element) {
    if (head_ == nullptr) {
      (element->*link) = {element, element};
      head_ = element;
      return;
    }
    T* last = (head_->*link).previous;
    (element->*link) = {head_, last};
    (last->*link).next = element;
    (head_->*link).previous = element;
  }
  constexpr void push_front(T* element) {
    push_back(element);
    head_ = element;
  }

  // The element is in this list.
  constexpr void remove(T* element) {
    const Link<T> own = element->*link;
    (element->*link).next = nullptr;
    if (own.next == element) {
      head_ = nullptr;
      return;
    }
    (own.previous->*link).next = own.next;
    (own.next->*link).previous = own.previous;
    if (head_ == element) head_ = own.next;
  }

  // The first element, taken out; null if there is none.
  constexpr T* pop_front() {
    T* first = head_;
    if (first != nullptr) remove(first);
    return first;
  }

 private:
  T* head_ = nullptr;
};

}  // namespace base
