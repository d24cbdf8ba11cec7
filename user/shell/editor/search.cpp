// SPDX-License-Identifier: MIT
// Ctrl-R: looks for a line that was typed before, while the text to look for is being typed.
#include <algorithm>
#include <user/shell/editor/editor.hpp>

namespace shell {

Editor::Event Editor::begin_search() {
  // What stands here now comes back if nothing is found.
  entry_ = history_.size();
  go(entry_);
  is_searching_ = true;
  wanted_length_ = 0;
  found_ = history_.size();
  return Event::none;
}

// The newest line before this one.
Editor::Event Editor::look(u64 before) {
  const std::string_view wanted{wanted_, wanted_length_};
  const u64 found = history_.find(wanted, before);
  if (found == History::none) return Event::beep;
  found_ = found;
  const std::string_view line = history_[found];
  buffer_.set(line);
  buffer_.move_to(line.find(wanted));
  return Event::none;
}

// `is_done`: the key belonged to the search. All others end it and mean what they always do.
Editor::Event Editor::search(const Press& press, bool& is_done) {
  is_done = true;
  if (press.key == Key::text) {
    if (wanted_length_ + press.length > sizeof(wanted_)) return Event::beep;
    std::copy_n(press.bytes, press.length, wanted_ + wanted_length_);
    wanted_length_ += press.length;
    return look(std::min(found_ + 1, history_.size()));
  }
  if (press.key == Key::backspace) {
    wanted_length_ = before_character({wanted_, wanted_length_}, wanted_length_);
    return look(history_.size());
  }
  if (press.key == Key::search) return look(found_);
  is_done = press.key == Key::cancel || press.key == Key::interrupt;
  end_search(!is_done);
  return Event::none;
}

void Editor::end_search(bool is_taken) {
  is_searching_ = false;
  if (is_taken)
    entry_ = found_;
  else
    buffer_.set({draft_, draft_length_});
}

}  // namespace shell
