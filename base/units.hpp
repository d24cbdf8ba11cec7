// SPDX-License-Identifier: MIT
// Addresses and sizes, with only the operators that make sense.
#pragma once

#include <base/strong.hpp>
#include <cstdint>

namespace base {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i64 = std::int64_t;

inline constexpr u64 kib = 1024;
inline constexpr u64 mib = 1024 * kib;
inline constexpr u64 gib = 1024 * mib;

// The smallest page of every machine that Aril runs on.
inline constexpr unsigned page_bits = 12;
inline constexpr u64 page_size = u64{1} << page_bits;

using Bytes = Strong<struct BytesTag, u64>;
using PhysAddr = Strong<struct PhysAddrTag, u64>;
using VirtAddr = Strong<struct VirtAddrTag, u64>;

constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes{a.value() + b.value()}; }
constexpr Bytes operator-(Bytes a, Bytes b) { return Bytes{a.value() - b.value()}; }

constexpr PhysAddr operator+(PhysAddr a, Bytes b) { return PhysAddr{a.value() + b.value()}; }
constexpr PhysAddr operator-(PhysAddr a, Bytes b) { return PhysAddr{a.value() - b.value()}; }
constexpr Bytes operator-(PhysAddr a, PhysAddr b) { return Bytes{a.value() - b.value()}; }

constexpr VirtAddr operator+(VirtAddr a, Bytes b) { return VirtAddr{a.value() + b.value()}; }
constexpr VirtAddr operator-(VirtAddr a, Bytes b) { return VirtAddr{a.value() - b.value()}; }
constexpr Bytes operator-(VirtAddr a, VirtAddr b) { return Bytes{a.value() - b.value()}; }

}  // namespace base
