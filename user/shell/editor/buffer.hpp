// SPDX-License-Identifier: MIT
// A line that is being edited: text, and a cursor between two characters of it.
#pragma once

#include <user/shell/editor/characters.hpp>

namespace shell {

class Buffer {
 public:
  static constexpr u64 capacity = 4 * base::kib;

  constexpr Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  [[nodiscard]] std::string_view text() const { return {text_, length_}; }
  [[nodiscard]] u64 cursor() const { return cursor_; }

  // All of it or, where there is no room, nothing: false.
  bool insert(std::string_view text);
  // Instead of everything; the cursor is behind it. What is too long is cut.
  void set(std::string_view text);
  void move_to(u64 place) { cursor_ = place; }

  // Places that the cursor can go to, or erase up to.
  [[nodiscard]] u64 left() const { return before_character(text(), cursor_); }
  [[nodiscard]] u64 right() const { return after_character(text(), cursor_); }
  [[nodiscard]] u64 line_start() const;
  [[nodiscard]] u64 line_end() const;
  [[nodiscard]] u64 word_left() const;
  [[nodiscard]] u64 word_right() const;
  [[nodiscard]] u64 blank_left() const;  // of a word that only blanks end

  // What stands between the cursor and the place goes.
  void erase(u64 place);
  // The same, and `yank` has it. What goes in one run, without other keys between, stays together.
  void kill(u64 place);
  void end_of_kills() { is_killing_ = false; }
  bool yank() { return insert({killed_, killed_length_}); }
  // The characters around the cursor change places.
  bool transpose();

 private:
  char text_[capacity] = {};
  u64 length_ = 0;
  u64 cursor_ = 0;
  char killed_[capacity] = {};
  u64 killed_length_ = 0;
  bool is_killing_ = false;
};

}  // namespace shell
