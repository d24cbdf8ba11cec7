// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/editor/history.hpp>

namespace shell {

u64 History::start_of(u64 i) const {
  u64 at = 0;
  for (; i > 0; --i) at += std::string_view{room_ + at}.size() + 1;
  return at;
}

std::string_view History::operator[](u64 i) const { return std::string_view{room_ + start_of(i)}; }

void History::remove(u64 i) {
  const u64 start = start_of(i);
  const u64 length = std::string_view{room_ + start}.size() + 1;
  std::copy(room_ + start + length, room_ + used_, room_ + start);
  used_ -= length;
  --count_;
}

void History::add(std::string_view line) {
  while (line.ends_with('\n')) line.remove_suffix(1);
  if (line.empty() || line[0] == ' ' || line.size() > max_line) return;
  if (line.find('\0') != line.npos) return;
  const char* at = room_;
  for (u64 i = 0; i < count_; ++i) {
    const std::string_view entry{at};
    if (entry == line) {
      remove(i);
      break;
    }
    at += entry.size() + 1;
  }
  while (count_ == max_entries || line.size() + 1 > capacity - used_) remove(0);
  char* const end = std::copy(line.begin(), line.end(), room_ + used_);
  *end = '\0';
  used_ += line.size() + 1;
  ++count_;
}

u64 History::find(std::string_view text, u64 before) const {
  u64 found = none;
  const char* at = room_;
  for (u64 i = 0; i < std::min(before, count_); ++i) {
    const std::string_view entry{at};
    if (entry.find(text) != entry.npos) found = i;
    at += entry.size() + 1;
  }
  return found;
}

}  // namespace shell
