// SPDX-License-Identifier: MIT
// Text for a stream, gathered so that it goes out in few pieces.
//
//   ipc::Printer out{ipc::output()};
//   out << "sum " << 42 << '\n';
//   return out.finish().ok() ? 0 : 1;
//
// At a terminal each line goes out at once. After the first error nothing more is written.
#pragma once

#include <base/text.hpp>
#include <libipc/stream/stream.hpp>

namespace ipc {

class Printer {
 public:
  explicit Printer(Stream& stream) : stream_(stream) {}
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;
  ~Printer() { flush(); }

  Printer& operator<<(std::string_view text) {
    put(text);
    return *this;
  }
  Printer& operator<<(const char* text) { return *this << std::string_view{text}; }
  Printer& operator<<(char c) { return *this << std::string_view{&c, 1}; }
  // Numbers and the like, as base::TextWriter has them.
  template <class T>
    requires(!std::convertible_to<T, std::string_view>) &&
            requires(base::TextWriter& out, const T& value) { out << value; }
  Printer& operator<<(const T& value) {
    base::Text<128> text;
    text << value;
    return *this << text.view();
  }

  // At least `width` characters: blanks go in front of it (or behind, with a negative width).
  Printer& padded(std::string_view text, int width);

  void flush();
  // The last word: writes what is left, and tells whether everything was written.
  Outcome<void> finish() {
    flush();
    return problem_;
  }
  [[nodiscard]] bool ok() const { return problem_ == Problem{}; }
  [[nodiscard]] Problem problem() const { return problem_; }

 private:
  static constexpr u64 capacity = 4 * base::kib;

  void put(std::string_view text);

  Stream& stream_;
  Problem problem_;
  u64 used_ = 0;
  char text_[capacity];
};

}  // namespace ipc
