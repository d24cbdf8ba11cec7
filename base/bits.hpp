// SPDX-License-Identifier: MIT
// Alignment and bit fields. Nothing here wraps silently: what may overflow says so in its type.
#pragma once

#include <base/units.hpp>
#include <bit>
#include <optional>

namespace base {

[[nodiscard]] constexpr bool is_aligned(u64 value, u64 alignment) {
  return (value & (alignment - 1)) == 0;
}

[[nodiscard]] constexpr u64 align_down(u64 value, u64 alignment) {
  return value & ~(alignment - 1);
}

// The next multiple of `alignment` (a power of two), or nothing if that lies above 2^64.
[[nodiscard]] constexpr std::optional<u64> align_up(u64 value, u64 alignment) {
  const u64 mask = alignment - 1;
  if (value > ~u64{0} - mask) return std::nullopt;
  return (value + mask) & ~mask;
}

[[nodiscard]] constexpr std::optional<u64> checked_add(u64 a, u64 b) {
  u64 sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

[[nodiscard]] constexpr std::optional<u64> checked_multiply(u64 a, u64 b) {
  u64 product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The largest n with 2^n <= value. `value` is not zero.
[[nodiscard]] constexpr unsigned floor_log2(u64 value) {
  return 63U - static_cast<unsigned>(std::countl_zero(value));
}

[[nodiscard]] constexpr u64 mask_of(unsigned bits) {
  return bits >= 64 ? ~u64{0} : (u64{1} << bits) - 1;
}

// `width` bits of `value`, from bit `low` on.
[[nodiscard]] constexpr u64 field(u64 value, unsigned low, unsigned width) {
  return (value >> low) & mask_of(width);
}

}  // namespace base
