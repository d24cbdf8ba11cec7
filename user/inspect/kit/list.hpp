// SPDX-License-Identifier: MIT
// Elements one behind the other, as many as there are. Where there is no memory the program ends.
#pragma once

#include <user/tools/kit/growing.hpp>
#include <user/tools/kit/tool.hpp>

namespace inspect {

using base::u64;

template <class T>
class List {
 public:
  T& add(const T& element) {
    if (!elements_.make_room(count_)) kit::give_up("", kit::no_memory);
    elements_[count_] = element;
    return elements_[count_++];
  }
  [[nodiscard]] std::span<T> all() {
    return count_ == 0 ? std::span<T>{} : std::span<T>{&elements_[0], count_};
  }
  [[nodiscard]] u64 count() const { return count_; }
  void clear() { count_ = 0; }

 private:
  kit::Growing<T> elements_;
  u64 count_ = 0;
};

// The element that has this value in this member; null: there is none.
template <class T, class Value>
T* find(List<T>& list, Value T::* member, const Value& value) {
  for (T& element : list.all())
    if (element.*member == value) return &element;
  return nullptr;
}

}  // namespace inspect
