// SPDX-License-Identifier: MIT
// From the bytes that a terminal sends to the keys that were pressed.
#pragma once

#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell {

enum class Key : u8 {
  none,  // nothing yet, or nothing known
  text,  // a character
  enter,
  tab,
  backspace,
  erase,  // Delete
  left,
  right,
  up,
  down,
  home,
  end,
  word_left,        // Alt-B, Ctrl-Left
  word_right,       // Alt-F, Ctrl-Right
  kill_word_left,   // Alt-Backspace
  kill_word_right,  // Alt-D
  kill_blank_left,  // Ctrl-W
  kill_left,        // Ctrl-U
  kill_right,       // Ctrl-K
  yank,             // Ctrl-Y
  transpose,        // Ctrl-T
  clear,            // Ctrl-L
  search,           // Ctrl-R
  interrupt,        // Ctrl-C
  end_of_input,     // Ctrl-D
  cancel,           // Ctrl-G
};

struct Press {
  Key key = Key::none;
  char bytes[4] = {};  // of a text
  u32 length = 0;

  [[nodiscard]] std::string_view text() const { return {bytes, length}; }
};

class KeyDecoder {
 public:
  // The key that ends with this byte, if one does.
  Press feed(char c);

 private:
  enum class State : u8 { ground, character, escape, sequence, single };

  Press ground(char c);
  Press character(char c);
  Press escape(char c);
  Press sequence(char c);

  State state_ = State::ground;
  Press press_;       // of a character that is not whole yet
  u32 needed_ = 0;    // its bytes
  u32 number_ = 0;    // the first of a sequence
  u32 modifier_ = 0;  // the second
  bool is_second_ = false;
};

}  // namespace shell
