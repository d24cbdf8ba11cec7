// SPDX-License-Identifier: MIT
// The lines that were typed, the newest last. A line that is typed again moves to the end.
#pragma once

#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell {

class History {
 public:
  static constexpr u64 max_entries = 500;
  static constexpr u64 capacity = 48 * base::kib;
  static constexpr u64 max_line = 4 * base::kib;  // what the editor can show again

  constexpr History() = default;
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // Blank lines, those that begin with a blank and those that are too long are not kept. The oldest
  // go when room is needed.
  void add(std::string_view line);

  [[nodiscard]] u64 size() const { return count_; }
  // The oldest is 0. Valid until the next `add`.
  [[nodiscard]] std::string_view operator[](u64 i) const;

  static constexpr u64 none = ~u64{0};
  // The newest before `before` that contains the text; none: there is none.
  [[nodiscard]] u64 find(std::string_view text, u64 before) const;

 private:
  // Each entry is its text and a zero byte.
  [[nodiscard]] u64 start_of(u64 i) const;
  void remove(u64 i);

  char room_[capacity] = {};
  u64 used_ = 0;
  u64 count_ = 0;
};

}  // namespace shell
