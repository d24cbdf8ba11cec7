// SPDX-License-Identifier: MIT
// The value of one property of the device tree: bytes that nothing vouches for. Whatever is read
// from it is checked against its length; absent and too short look the same.
#pragma once

#include <base/units.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace boot {

using base::u32;
using base::u64;
using base::u8;

// Numbers in a device tree are big-endian words of 32 bits, called cells.
inline constexpr std::size_t cell_size = 4;

class Property {
 public:
  constexpr Property() = default;
  constexpr explicit Property(std::span<const u8> bytes) : bytes_(bytes), present_(true) {}

  [[nodiscard]] constexpr bool present() const { return present_; }
  [[nodiscard]] constexpr std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] constexpr std::size_t cell_count() const { return bytes_.size() / cell_size; }

  [[nodiscard]] constexpr std::optional<u32> cell(std::size_t index) const {
    if (index >= cell_count()) return std::nullopt;
    const u8* at = bytes_.data() + index * cell_size;
    return u32{at[0]} << 24 | u32{at[1]} << 16 | u32{at[2]} << 8 | u32{at[3]};
  }

  // A number of `count` cells (0, 1 or 2; no cells mean zero) from cell `index` on.
  [[nodiscard]] constexpr std::optional<u64> number(std::size_t index, std::size_t count) const {
    u64 value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::optional<u32> next = cell(index + i);
      if (!next) return std::nullopt;
      value = value << 32 | *next;
    }
    return value;
  }

  // The first string, without the zero that should end it.
  [[nodiscard]] std::string_view text() const {
    const std::string_view all = characters();
    return all.substr(0, all.find('\0'));
  }

  // Is `wanted` one of the strings?
  [[nodiscard]] bool lists(std::string_view wanted) const {
    std::string_view rest = characters();
    while (!rest.empty()) {
      const std::size_t length = rest.find('\0');
      if (rest.substr(0, length) == wanted) return true;
      if (length == std::string_view::npos) return false;
      rest.remove_prefix(length + 1);
    }
    return false;
  }
  [[nodiscard]] bool lists_any(std::span<const std::string_view> wanted) const {
    for (const std::string_view one : wanted)
      if (lists(one)) return true;
    return false;
  }

 private:
  [[nodiscard]] std::string_view characters() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

  std::span<const u8> bytes_;
  bool present_ = false;
};

}  // namespace boot
