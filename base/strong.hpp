// SPDX-License-Identifier: MIT
// One-word types that do not mix: a physical address is not a virtual one, a byte count is not a
// page count. The machine code is that of the bare integer.
#pragma once

#include <compare>
#include <concepts>

namespace base {

// An opaque number: comparable, convertible only by name. What else a type may do (an address plus
// bytes, say) is written as a free function beside its definition in units.hpp.
template <class Tag, std::unsigned_integral Rep>
class Strong {
 public:
  using rep = Rep;

  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}

  [[nodiscard]] constexpr Rep value() const { return value_; }

  friend constexpr bool operator==(Strong, Strong) = default;
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  Rep value_ = 0;
};

}  // namespace base
