// SPDX-License-Identifier: MIT
// `main`'s arguments from a line of text.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace ipc::start {

// Takes the next word off the start of the line; empty at its end.
std::string_view next_word(std::string_view& line);

// The value of the last word `key=value` before a word `--`, or `otherwise`.
std::string_view value_of(std::string_view line, std::string_view key, std::string_view otherwise);

// Room for the arguments that a line of `capacity` characters can hold, whatever they are: one for
// every second character, the program's name, and the null pointer at the end. So nothing is ever
// cut, and nothing needs to be allocated.
template <base::u64 capacity>
class Arguments {
 public:
  // `name` either stands in the same line or has at most 14 characters.
  void split(std::string_view name, std::string_view line) {
    add(name);
    for (auto word = next_word(line); !word.empty(); word = next_word(line)) add(word);
  }

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] char** pointers() { return pointers_; }

 private:
  void add(std::string_view text) {
    if (used_ + text.size() + 1 > sizeof(text_) || count_ + 1 == max_count) return;
    pointers_[count_++] = text_ + used_;
    for (const char c : text) text_[used_++] = c;
    text_[used_++] = '\0';
  }

  static constexpr int max_count = static_cast<int>(capacity / 2 + 3);
  char text_[capacity + 16] = {};
  base::u64 used_ = 0;
  char* pointers_[max_count] = {};
  int count_ = 0;
};

}  // namespace ipc::start
