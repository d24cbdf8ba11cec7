// SPDX-License-Identifier: MIT
// The standard output of a tool: kit::out << "text " << 42 << '\n'.
//
// A tool whose output nobody can take has nothing more to do, so it ends where it writes: with
// status 1, and silently if the reader has gone (as `head` does when it has seen enough). That is
// why no tool looks whether a write succeeded.
#pragma once

#include <base/text.hpp>
#include <libipc/stream/stream.hpp>

namespace kit {

using base::u64;

class Output {
 public:
  constexpr Output() = default;

  Output& operator<<(std::string_view text) {
    put(text);
    return *this;
  }
  Output& operator<<(const char* text) { return *this << std::string_view{text}; }
  Output& operator<<(char c) {
    if (c == '\n' || used_ == capacity)
      put({&c, 1});
    else
      text_[used_++] = c;
    return *this;
  }
  template <class T>
    requires std::integral<T> || std::same_as<T, base::Hex>
  Output& operator<<(T value) {
    base::Text<32> text;
    text << value;
    return *this << text.view();
  }

  // At least `width` characters, with blanks in front of it, or behind.
  Output& right(std::string_view text, u64 width);
  Output& left(std::string_view text, u64 width);
  Output& right(u64 number, u64 width);

  void flush();

 private:
  static constexpr u64 capacity = 16 * base::kib;

  void put(std::string_view text);
  void blanks(u64 count);

  u64 used_ = 0;
  char text_[capacity] = {};
};

extern constinit Output out;

}  // namespace kit
