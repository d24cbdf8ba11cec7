// SPDX-License-Identifier: MIT
// Text into a caller's buffer: enough for a line on a console, without allocation and without
// format strings. What does not fit is dropped and the line ends in "...".
#pragma once

#include <base/units.hpp>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace base {

struct Hex {
  u64 value;
  unsigned digits = 1;  // at least so many, with leading zeros
};

class TextWriter {
 public:
  constexpr explicit TextWriter(std::span<char> buffer) : buffer_(buffer) {}

  constexpr TextWriter& operator<<(std::string_view text) {
    for (const char c : text) put(c);
    return *this;
  }
  constexpr TextWriter& operator<<(const char* text) { return *this << std::string_view{text}; }
  constexpr TextWriter& operator<<(char c) {
    put(c);
    return *this;
  }
  constexpr TextWriter& operator<<(Hex hex) {
    *this << "0x";
    unsigned shift = 64;
    while (shift > 4 && shift > 4 * hex.digits && (hex.value >> (shift - 4)) == 0) shift -= 4;
    for (; shift != 0; shift -= 4) put("0123456789abcdef"[(hex.value >> (shift - 4)) & 15]);
    return *this;
  }
  template <std::unsigned_integral T>
  constexpr TextWriter& operator<<(T value) {
    return put_decimal(value);
  }
  template <std::signed_integral T>
  constexpr TextWriter& operator<<(T value) {
    if (value >= 0) return put_decimal(static_cast<u64>(value));
    put('-');
    return put_decimal(u64{0} - static_cast<u64>(value));
  }

  [[nodiscard]] constexpr bool truncated() const { return truncated_; }
  [[nodiscard]] constexpr std::string_view view() const { return {buffer_.data(), length_}; }

 private:
  constexpr void put(char c) {
    if (length_ < buffer_.size()) {
      buffer_[length_++] = c;
      return;
    }
    truncated_ = true;
    for (std::size_t i = 0; i < 3 && i < length_; ++i) buffer_[length_ - 1 - i] = '.';
  }
  constexpr TextWriter& put_decimal(u64 value) {
    char digits[20] = {};
    unsigned count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count != 0) put(digits[--count]);
    return *this;
  }

  std::span<char> buffer_;
  std::size_t length_ = 0;
  bool truncated_ = false;
};

// A line of text with a buffer of its own.
template <std::size_t capacity = 256>
class Text : public TextWriter {
 public:
  constexpr Text() : TextWriter(std::span<char>{storage_}) {}
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

 private:
  char storage_[capacity] = {};
};

}  // namespace base
