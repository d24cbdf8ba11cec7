// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/editor/screen.hpp>

namespace shell {
namespace {

// What stands in front of the lines after the first.
constexpr std::string_view continuation = "> ";
constexpr u32 least_columns = 8;

// How long the sequence ESC [ ... letter is with which the text begins; 0: it begins with none.
u64 sequence_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  u64 length = 2;
  while (length < text.size() && text[length] < '@') ++length;
  return std::min<u64>(length + 1, text.size());
}

// ESC [ count letter
void put_sequence(base::TextWriter& out, u32 count, char letter) {
  if (count == 0) return;
  out << "\x1b[";
  if (count > 1) out << count;
  out << letter;
}

// How much of both texts is the same, in whole characters.
u64 common_length(std::string_view a, std::string_view b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  auto length = static_cast<u64>(end - a.begin());
  const auto is_within = [&](std::string_view text) {
    return length < text.size() && (static_cast<u8>(text[length]) & 0xc0) == 0x80;
  };
  while (length > 0 && (is_within(a) || is_within(b))) --length;
  // The last one may get or lose a mark that stands on it.
  const auto begins_with_mark = [&](std::string_view text) {
    return length < text.size() && columns_of(character_at(text, length).code) == 0;
  };
  const bool changes = begins_with_mark(a) || begins_with_mark(b);
  return changes ? before_character(a.substr(0, length), length) : length;
}

}  // namespace

void Screen::begin() {
  is_drawn_ = false;
  length_ = 0;
  cursor_ = {};
  cursor_offset_ = 0;
}

// Where the cursor is behind the text. A row that is full goes on in the next one at once; a wide
// character that does not fit any more, too.
void Screen::advance(Place& place, std::string_view text) const {
  for (u64 at = 0; at < text.size();) {
    if (text[at] == '\n') {
      place = {.row = place.row + 1, .column = static_cast<u32>(continuation.size())};
      ++at;
      continue;
    }
    const Character one = character_at(text, at);
    const u32 width = columns_of(one.code);
    if (place.column + width > columns_) place = {.row = place.row + 1, .column = 0};
    place.column += width;
    if (place.column == columns_) place = {.row = place.row + 1, .column = 0};
    at += one.bytes;
  }
}

// In the prompt, sequences take no room.
Screen::Place Screen::end_of_prompt() const {
  Place place;
  for (std::string_view rest{prompt_, prompt_length_}; !rest.empty();) {
    const u64 skipped = sequence_length(rest);
    const u64 length = skipped != 0 ? skipped : character_at(rest, 0).bytes;
    if (skipped == 0) advance(place, rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return place;
}

Screen::Place Screen::place_of(std::string_view text) const {
  Place place = end_of_prompt();
  advance(place, text);
  return place;
}

void Screen::move(Place to, base::TextWriter& out) {
  if (to.row < cursor_.row) put_sequence(out, cursor_.row - to.row, 'A');
  if (to.row > cursor_.row) put_sequence(out, to.row - cursor_.row, 'B');
  if (to.column == 0 && cursor_.column != 0) out << '\r';
  if (to.column > cursor_.column) put_sequence(out, to.column - cursor_.column, 'C');
  if (to.column != 0 && to.column < cursor_.column)
    put_sequence(out, cursor_.column - to.column, 'D');
  cursor_ = to;
}

// What stood behind a place where a row ends now is erased. A row that is full ends by itself, but
// only when the next character comes; until then the terminal stays in the last column.
void Screen::put(std::string_view text, base::TextWriter& out) {
  bool is_late = false;
  for (u64 at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    const std::string_view bytes = text.substr(at, one.bytes);
    const bool is_newline = text[at] == '\n';
    const bool fits = cursor_.column + columns_of(one.code) <= columns_;
    if (is_newline && is_late) out << "\r\n";
    if (is_newline || !fits) out << "\x1b[K";
    out << bytes;
    if (is_newline) out << continuation;
    advance(cursor_, bytes);
    if (is_newline || columns_of(one.code) != 0) is_late = !is_newline && cursor_.column == 0;
    at += one.bytes;
  }
  if (is_late) out << "\r\n";
}

void Screen::draw_all(const Picture& picture, base::TextWriter& out) {
  if (is_drawn_) move({}, out);
  out << "\r\x1b[J" << picture.prompt;
  prompt_length_ = std::min<u64>(picture.prompt.size(), sizeof(prompt_));
  std::copy_n(picture.prompt.begin(), prompt_length_, prompt_);
  cursor_ = end_of_prompt();
  // It has filled its row.
  if (cursor_.row != 0 && cursor_.column == 0) out << "\r\n";
  put(picture.text, out);
  is_drawn_ = true;
}

void Screen::show(const Picture& picture, u32 columns, base::TextWriter& out) {
  const std::string_view shown{text_, length_};
  columns = std::max(columns, least_columns);
  if (columns != columns_) {
    columns_ = columns;
    // The terminal has laid out the rows anew.
    if (is_drawn_) cursor_ = place_of(shown.substr(0, cursor_offset_));
    if (is_drawn_) draw_all(picture, out);
  } else if (picture.prompt != std::string_view{prompt_, prompt_length_} || !is_drawn_) {
    draw_all(picture, out);
  } else if (picture.text != shown) {
    const u64 common = common_length(shown, picture.text);
    const Place old_end = place_of(shown);
    move(place_of(shown.substr(0, common)), out);
    put(picture.text.substr(common), out);
    const bool is_shorter = old_end.row > cursor_.row ||
                            (old_end.row == cursor_.row && old_end.column > cursor_.column);
    if (is_shorter) out << "\x1b[J";
  }
  if (!is_drawn_) draw_all(picture, out);
  length_ = std::min<u64>(picture.text.size(), sizeof(text_));
  std::copy_n(picture.text.begin(), length_, text_);
  cursor_offset_ = picture.cursor;
  move(place_of(picture.text.substr(0, picture.cursor)), out);
}

void Screen::leave(base::TextWriter& out) {
  move(place_of({text_, length_}), out);
  out << "\r\n";
  begin();
}

}  // namespace shell
