// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/language/variables.hpp>

namespace shell {

Variables::Record Variables::next(u64& cursor) const {
  if (cursor >= used_) return {};
  const char* start = room_.data() + cursor + 1;
  const std::string_view text{start};
  const Record record{.text = text, .is_exported = room_[cursor] == exported};
  cursor += text.size() + 2;
  return record;
}

u64 Variables::place_of(std::string_view name) const {
  for (u64 cursor = 0; cursor < used_;) {
    const u64 place = cursor;
    if (next(cursor).name() == name) return place;
  }
  return none;
}

std::optional<std::string_view> Variables::find(std::string_view name) const {
  u64 place = place_of(name);
  if (place == none) return std::nullopt;
  return next(place).value();
}

bool Variables::is_exported(std::string_view name) const {
  const u64 place = place_of(name);
  return place != none && room_[place] == exported;
}

bool Variables::set(std::string_view name, std::string_view value) {
  return set(name, value, is_exported(name));
}

bool Variables::set(std::string_view name, std::string_view value, bool is_exported) {
  // What cannot stand here could not be handed on either.
  if (value.find('\0') != value.npos) value = value.substr(0, value.find('\0'));
  const u64 needed = name.size() + value.size() + 3;
  if (needed > room_.size() - used_) return false;
  const u64 old = place_of(name);
  char* to = room_.data() + used_;
  *to++ = is_exported ? exported : kept;
  to = std::copy(name.begin(), name.end(), to);
  *to++ = '=';
  to = std::copy(value.begin(), value.end(), to);
  *to = '\0';
  used_ += needed;
  // Only now, because the value may have been the old one.
  if (old != none) remove_at(old);
  return true;
}

void Variables::remove(std::string_view name) {
  const u64 place = place_of(name);
  if (place != none) remove_at(place);
}

void Variables::remove_at(u64 place) {
  u64 end = place;
  static_cast<void>(next(end));
  const auto from = room_.begin() + static_cast<std::ptrdiff_t>(end);
  const auto last = room_.begin() + static_cast<std::ptrdiff_t>(used_);
  std::copy(from, last, room_.begin() + static_cast<std::ptrdiff_t>(place));
  used_ -= end - place;
}

u64 Variables::count() const {
  u64 count = 0;
  for (u64 cursor = 0; cursor < used_; ++count) static_cast<void>(next(cursor));
  return count;
}

}  // namespace shell
