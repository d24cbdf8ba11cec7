// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/editor/editor.hpp>

namespace shell {

void Editor::begin(std::string_view prompt) {
  prompt_ = prompt;
  buffer_.set({});
  screen_.begin();
  entry_ = history_.size();
  draft_length_ = 0;
  last_key_ = Key::none;
  is_cut_ = false;
  is_searching_ = false;
}

Editor::Event Editor::press(const Press& press) {
  if (press.key == Key::none) return Event::none;
  if (is_searching_) {
    bool is_done = false;
    const Event event = search(press, is_done);
    if (is_done) return event;
  }
  const Event event = edit(press);
  last_key_ = press.key;
  return event;
}

Editor::Event Editor::edit(const Press& press) {
  const bool kills = press.key == Key::kill_left || press.key == Key::kill_right ||
                     press.key == Key::kill_word_left || press.key == Key::kill_word_right ||
                     press.key == Key::kill_blank_left;
  if (!kills) buffer_.end_of_kills();
  switch (press.key) {
    case Key::none: return Event::none;
    case Key::text: return type(press.text());
    case Key::enter: return is_cut_ ? Event::too_long : Event::line;
    case Key::tab: return last_key_ == Key::tab ? Event::list : Event::complete;
    case Key::backspace: return erase(buffer_.left());
    case Key::erase: return erase(buffer_.right());
    case Key::left: return move(buffer_.left());
    case Key::right: return move(buffer_.right());
    case Key::up: return older();
    case Key::down: return newer();
    case Key::home: return move(buffer_.line_start());
    case Key::end: return move(buffer_.line_end());
    case Key::word_left: return move(buffer_.word_left());
    case Key::word_right: return move(buffer_.word_right());
    case Key::kill_word_left: return kill(buffer_.word_left());
    case Key::kill_word_right: return kill(buffer_.word_right());
    case Key::kill_blank_left: return kill(buffer_.blank_left());
    case Key::kill_left: return kill(buffer_.line_start());
    case Key::kill_right: return kill(buffer_.line_end());
    case Key::yank: return buffer_.yank() ? Event::none : Event::beep;
    case Key::transpose: return buffer_.transpose() ? Event::none : Event::beep;
    case Key::clear: return Event::clear;
    case Key::search: return begin_search();
    case Key::interrupt: return Event::interrupt;
    case Key::end_of_input:
      return buffer_.text().empty() ? Event::end_of_input : erase(buffer_.right());
    case Key::cancel: return Event::beep;
  }
  return Event::none;
}

Editor::Event Editor::type(std::string_view text) {
  if (buffer_.insert(text)) return Event::none;
  is_cut_ = true;
  return Event::beep;
}

Editor::Event Editor::move(u64 place) {
  buffer_.move_to(place);
  return Event::none;
}

Editor::Event Editor::kill(u64 place) {
  buffer_.kill(place);
  return Event::none;
}

Editor::Event Editor::erase(u64 place) {
  if (place == buffer_.cursor()) return Event::beep;
  buffer_.erase(place);
  return Event::none;
}

// To an entry of the history, or to what was typed before.
Editor::Event Editor::go(u64 entry) {
  if (entry_ == history_.size()) {
    draft_length_ = buffer_.text().size();
    std::copy_n(buffer_.text().begin(), draft_length_, draft_);
  }
  entry_ = entry;
  buffer_.set(entry == history_.size() ? std::string_view{draft_, draft_length_} : history_[entry]);
  return Event::none;
}

Editor::Event Editor::older() { return entry_ == 0 ? Event::beep : go(entry_ - 1); }

Editor::Event Editor::newer() { return entry_ == history_.size() ? Event::beep : go(entry_ + 1); }

void Editor::show(u32 columns, base::TextWriter& out) {
  std::string_view prompt = prompt_;
  if (is_searching_) {
    base::TextWriter text{search_prompt_};
    text << "(search '" << std::string_view{wanted_, wanted_length_} << "') ";
    prompt = text.view();
  }
  screen_.show({.prompt = prompt, .text = buffer_.text(), .cursor = buffer_.cursor()}, columns,
               out);
}

}  // namespace shell
