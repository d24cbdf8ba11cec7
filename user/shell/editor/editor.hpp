// SPDX-License-Identifier: MIT
// Edits a line: keys come in, and what has to be shown and done goes out. It touches no terminal,
// so that it can be tested where there is none.
#pragma once

#include <user/shell/editor/history.hpp>
#include <user/shell/editor/keys.hpp>
#include <user/shell/editor/screen.hpp>

namespace shell {

class Editor {
 public:
  enum class Event : u8 {
    none,
    line,          // Enter: the text is what was typed
    interrupt,     // Ctrl-C: it is given up
    end_of_input,  // Ctrl-D on an empty line
    complete,      // Tab
    list,          // Tab again
    clear,         // Ctrl-L
    too_long,      // Enter, but some of it had no room: it is no command
    beep,          // that cannot be done
  };

  constexpr explicit Editor(History& history) : history_(history) {}

  // An empty line. `prompt` stays where it is.
  void begin(std::string_view prompt);
  Event press(const Press& press);

  [[nodiscard]] std::string_view text() const { return buffer_.text(); }
  [[nodiscard]] u64 cursor() const { return buffer_.cursor(); }
  // What completion has found. False: there is no room.
  bool insert(std::string_view text) { return buffer_.insert(text); }

  // The bytes that make the terminal show it.
  void show(u32 columns, base::TextWriter& out);
  // What is shown has been erased, or something else stands there now.
  void show_anew() { screen_.begin(); }
  void leave(base::TextWriter& out) { screen_.leave(out); }

 private:
  Event edit(const Press& press);
  Event type(std::string_view text);
  Event move(u64 place);
  Event kill(u64 place);
  Event erase(u64 place);
  Event go(u64 entry);
  Event older();
  Event newer();

  // In search.cpp: Ctrl-R.
  Event begin_search();
  Event search(const Press& press, bool& is_done);
  Event look(u64 before);
  void end_search(bool is_taken);

  History& history_;
  Buffer buffer_;
  Screen screen_;
  std::string_view prompt_;
  Key last_key_ = Key::none;
  bool is_cut_ = false;  // something that was typed had no room

  // Where in the history the line comes from; its size: nowhere.
  u64 entry_ = 0;
  static_assert(History::max_line <= Buffer::capacity);
  char draft_[Buffer::capacity] = {};  // the line that was typed, while others are looked at
  u64 draft_length_ = 0;

  bool is_searching_ = false;
  char wanted_[64] = {};
  u64 wanted_length_ = 0;
  u64 found_ = 0;
  char search_prompt_[128] = {};
};

}  // namespace shell
