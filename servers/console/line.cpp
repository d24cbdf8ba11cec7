// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/console/character.hpp>
#include <servers/console/line.hpp>

namespace console {

namespace {

// The most that one byte echoes, except where a whole line or word is erased: a control character
// of two columns that is wiped out.
constexpr u64 most_echo = 8;

constexpr u8 bell = 7;

constexpr bool is_control(u8 byte) { return byte < ' ' || byte == Line::delete_key; }
constexpr bool is_blank(u8 byte) { return byte == ' ' || byte == '\t'; }

void show(OutputRing& echo, u8 byte) {
  const char plain = static_cast<char>(byte);
  if (byte == '\n') {
    echo.put("\r\n");
    return;
  }
  // A real tab would be as wide as what stands before it says, which nobody here knows.
  if (byte == '\t') {
    echo.put(" ");
  } else if (is_control(byte)) {
    const char shown[] = {'^', static_cast<char>(byte ^ 0x40)};
    echo.put({shown, sizeof(shown)});
  } else {
    echo.put({&plain, 1});
  }
}

// As far as there is room: what the screen shows is then wrong, and nothing else.
void wipe(OutputRing& echo, u64 columns) {
  for (; columns != 0; --columns)
    if (!echo.put("\b \b")) return;
}

}  // namespace

bool Line::is_marked(u64 position) const {
  const u64 i = position % capacity;
  return (marks_[i / 64] >> i % 64 & 1) != 0;
}

void Line::put(u8 byte, bool marked) {
  const u64 i = head_++ % capacity;
  bytes_[i] = byte;
  const u64 bit = u64{1} << i % 64;
  marks_[i / 64] = marked ? marks_[i / 64] | bit : marks_[i / 64] & ~bit;
}

bool Line::can_type(const OutputRing& echo) const {
  if (has(mode::echo) && echo.room() < most_echo) return false;
  // A line that fills everything alone is not waited for: nobody can read it before it ends.
  return head_ - tail_ < capacity - 1 || (has(mode::canonical) && !is_readable());
}

Typed Line::type(u8 byte, OutputRing& echo) {
  if (byte == '\r' && has(mode::cr_to_lf)) byte = '\n';
  if (has(mode::signals)) {
    if (byte == interrupt_key) return interrupt(echo);
    if (byte == suspend_key) return {};
  }
  if (has(mode::canonical)) return type_canonical(byte, echo);
  const bool was_empty = !is_readable();
  put(byte, false);
  ready_ = head_;
  if (has(mode::echo)) show(echo, byte);
  return {.is_ready = was_empty};
}

u64 Line::type_raw(std::span<const u8> bytes) {
  const u64 count = std::min(bytes.size(), capacity - 1 - (head_ - tail_));
  for (u64 i = 0; i < count; ++i) put(bytes[i], false);
  ready_ = head_;
  return count;
}

Typed Line::interrupt(OutputRing& echo) {
  discard();
  if (has(mode::echo)) echo.put("^C\r\n");
  return {.interrupts = true};
}

Typed Line::type_canonical(u8 byte, OutputRing& echo) {
  switch (byte) {
    case '\n':
    case end_of_file_key: end_line(byte, echo); return {.is_ready = true};
    case backspace_key:
    case delete_key: erase_character(echo); return {};
    case kill_word_key: erase_word(echo); return {};
    case kill_line_key:
      if (has(mode::echo)) wipe(echo, columns_from(ready_));
      head_ = ready_;
      return {};
    default: insert(byte, echo); return {};
  }
}

void Line::end_line(u8 byte, OutputRing& echo) {
  put(byte, true);
  ready_ = head_;
  if (byte == '\n' && has(mode::echo)) show(echo, byte);
}

// The last place is for the byte that ends the line.
void Line::insert(u8 byte, OutputRing& echo) {
  const bool is_full = head_ - tail_ >= capacity - 1;
  if (!is_full) put(byte, false);
  if (has(mode::echo)) {
    if (is_full)
      echo.put({reinterpret_cast<const char*>(&bell), 1});
    else
      show(echo, byte);
  }
}

u64 Line::start_of_last_character() const {
  u64 start = head_ - 1;
  while (start != ready_ && head_ - start < 4 && is_continuation(at(start))) --start;
  // What is no proper character goes byte by byte.
  return length_of_character(at(start)) == head_ - start ? start : head_ - 1;
}

u64 Line::columns_from(u64 start) const {
  u64 columns = 0;
  while (start != head_) {
    const u8 lead = at(start);
    const u64 length = length_of_character(lead);
    if (is_control(lead)) columns += lead == '\t' ? 1 : 2;
    u32 code_point = length == 1 ? lead : lead & (0x7fU >> length);
    u64 read = 1;
    for (; read < length && start + read != head_ && is_continuation(at(start + read)); ++read)
      code_point = code_point << 6 | (at(start + read) & 0x3f);
    const bool is_whole = read == length;
    if (!is_control(lead)) columns += is_whole ? columns_of(code_point) : 1;
    start += is_whole ? length : 1;
  }
  return columns;
}

void Line::erase_character(OutputRing& echo) {
  if (head_ == ready_) return;
  const u64 start = start_of_last_character();
  if (has(mode::echo)) wipe(echo, columns_from(start));
  head_ = start;
}

// A word, and the blanks behind it.
void Line::erase_word(OutputRing& echo) {
  u64 start = head_;
  while (start != ready_ && is_blank(at(start - 1))) --start;
  while (start != ready_ && !is_blank(at(start - 1))) --start;
  if (has(mode::echo)) wipe(echo, columns_from(start));
  head_ = start;
}

u64 Line::read(std::span<u8> into) {
  u64 count = 0;
  if (!has(mode::canonical)) {
    for (; count < into.size() && tail_ != ready_; ++count) into[count] = at(tail_++);
    return count;
  }
  while (tail_ != ready_) {
    const u64 position = tail_;
    const bool ends = is_marked(position);
    const bool is_end_of_file = ends && at(position) == end_of_file_key;
    // An end of file that ends a line goes with the line, even if that has just fitted.
    if (count == into.size() && !is_end_of_file) break;
    ++tail_;
    if (!is_end_of_file) into[count++] = at(position);
    if (ends) break;
  }
  return count;
}

Typed Line::set_mode(u64 mode, OutputRing& echo) {
  const bool was_canonical = has(mode::canonical);
  const bool was_readable = is_readable();
  mode_ = mode;
  if (was_canonical == has(mode::canonical)) return {};
  if (was_canonical) {
    ready_ = head_;
    return {.is_ready = is_readable() && !was_readable};
  }
  // Once more from the start, in the same place: each byte becomes at most one.
  const u64 end = head_;
  Typed typed;
  u64 from = tail_;
  head_ = ready_ = tail_;
  for (; from != end; ++from) {
    const Typed now = type(at(from), echo);
    typed.interrupts = typed.interrupts || now.interrupts;
  }
  typed.is_ready = is_readable();
  return typed;
}

}  // namespace console
