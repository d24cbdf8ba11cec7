// SPDX-License-Identifier: MIT
// An array that becomes longer when it has to.
#pragma once

#include <algorithm>
#include <libipc/memory/arena.hpp>

namespace kit {

template <class T>
class Growing {
 public:
  // The element, and those in front of it, are there. False: there is no memory.
  bool make_room(base::u64 index) {
    if (index < elements_.size()) return true;
    const auto longer = arena_.allocate<T>(std::max<base::u64>(2 * elements_.size(), index + 64));
    if (longer.empty()) return false;
    std::copy(elements_.begin(), elements_.end(), longer.begin());
    elements_ = longer;
    return true;
  }
  T& operator[](base::u64 index) { return elements_[index]; }

 private:
  ipc::Arena arena_;
  std::span<T> elements_;
};

}  // namespace kit
