// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/editor/buffer.hpp>

namespace shell {

bool Buffer::insert(std::string_view text) {
  if (text.size() > capacity - length_) return false;
  char* const at = text_ + cursor_;
  std::copy_backward(at, text_ + length_, text_ + length_ + text.size());
  std::copy(text.begin(), text.end(), at);
  length_ += text.size();
  cursor_ += text.size();
  return true;
}

void Buffer::set(std::string_view text) {
  length_ = std::min<u64>(text.size(), capacity);
  std::copy_n(text.begin(), length_, text_);
  cursor_ = length_;
}

u64 Buffer::line_start() const {
  u64 at = cursor_;
  while (at > 0 && text_[at - 1] != '\n') --at;
  return at;
}

u64 Buffer::line_end() const { return std::min(text().find('\n', cursor_), length_); }

u64 Buffer::word_left() const {
  u64 at = cursor_;
  while (at > 0 && !is_word_byte(text_[at - 1])) --at;
  while (at > 0 && is_word_byte(text_[at - 1])) --at;
  return at;
}

u64 Buffer::word_right() const {
  u64 at = cursor_;
  while (at < length_ && !is_word_byte(text_[at])) ++at;
  while (at < length_ && is_word_byte(text_[at])) ++at;
  return at;
}

u64 Buffer::blank_left() const {
  u64 at = cursor_;
  while (at > 0 && is_blank_byte(text_[at - 1])) --at;
  while (at > 0 && !is_blank_byte(text_[at - 1])) --at;
  return at;
}

void Buffer::erase(u64 place) {
  const u64 start = std::min(place, cursor_);
  const u64 end = std::max(place, cursor_);
  std::copy(text_ + end, text_ + length_, text_ + start);
  length_ -= end - start;
  cursor_ = start;
}

void Buffer::kill(u64 place) {
  const bool is_left = place < cursor_;
  const std::string_view gone =
      text().substr(std::min(place, cursor_), is_left ? cursor_ - place : place - cursor_);
  if (!is_killing_) killed_length_ = 0;
  if (gone.size() <= capacity - killed_length_) {
    char* const to = is_left ? killed_ : killed_ + killed_length_;
    if (is_left)
      std::copy_backward(killed_, killed_ + killed_length_, killed_ + killed_length_ + gone.size());
    std::copy(gone.begin(), gone.end(), to);
    killed_length_ += gone.size();
  }
  is_killing_ = true;
  erase(place);
}

bool Buffer::transpose() {
  // At the end of the line, those before it.
  if (cursor_ == line_end()) cursor_ = left();
  const u64 start = left();
  const u64 end = right();
  if (start == cursor_ || end == cursor_ || start < line_start()) return false;
  std::rotate(text_ + start, text_ + cursor_, text_ + end);
  cursor_ = end;
  return true;
}

}  // namespace shell
