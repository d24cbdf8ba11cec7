// SPDX-License-Identifier: MIT
// Keeps the rows of a terminal as a prompt and a text that is edited: says which bytes turn what is
// shown into what shall be. Only what changes is written, because serial lines are slow.
//
// The rows are counted from the one on which the prompt begins. Where exactly that is on the
// terminal nobody has to know.
#pragma once

#include <base/text.hpp>
#include <user/shell/editor/buffer.hpp>

namespace shell {

struct Picture {
  std::string_view prompt;  // may hold escape sequences that take no room
  std::string_view text;    // may hold newlines
  u64 cursor = 0;           // in the text
};

class Screen {
 public:
  // What one change writes at most.
  static constexpr u64 max_output = 4 * Buffer::capacity;

  constexpr Screen() = default;
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // The cursor stands at the start of a row, and nothing of this is shown yet.
  void begin();
  void show(const Picture& picture, u32 columns, base::TextWriter& out);
  // The cursor goes behind the text, to the start of a new row.
  void leave(base::TextWriter& out);

 private:
  struct Place {
    u32 row = 0;
    u32 column = 0;
  };

  void advance(Place& place, std::string_view text) const;
  [[nodiscard]] Place end_of_prompt() const;
  [[nodiscard]] Place place_of(std::string_view text) const;
  void move(Place to, base::TextWriter& out);
  void put(std::string_view text, base::TextWriter& out);
  void draw_all(const Picture& picture, base::TextWriter& out);

  char prompt_[512] = {};
  u64 prompt_length_ = 0;
  char text_[Buffer::capacity] = {};  // as it is shown
  u64 length_ = 0;
  u32 columns_ = 80;
  Place cursor_;
  u64 cursor_offset_ = 0;
  bool is_drawn_ = false;
};

}  // namespace shell
