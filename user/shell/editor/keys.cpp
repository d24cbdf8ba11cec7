// SPDX-License-Identifier: MIT
// Sequences as VT220, xterm and those after them send them: ESC [ number ; modifier letter.
#include <user/shell/editor/characters.hpp>
#include <user/shell/editor/keys.hpp>

namespace shell {
namespace {

constexpr char escape_byte = 0x1b;

// Ctrl-A is 1, and so on.
constexpr Key control_keys[32] = {
    Key::none,         Key::home,      Key::left,   Key::interrupt,        // @ A B C
    Key::end_of_input, Key::end,       Key::right,  Key::cancel,           // D E F G
    Key::backspace,    Key::tab,       Key::enter,  Key::kill_right,       // H I J K
    Key::clear,        Key::enter,     Key::down,   Key::none,             // L M N O
    Key::up,           Key::none,      Key::search, Key::none,             // P Q R S
    Key::transpose,    Key::kill_left, Key::none,   Key::kill_blank_left,  // T U V W
    Key::none,         Key::yank,      Key::none,   Key::none,             // X Y Z [
    Key::none,         Key::none,      Key::none,   Key::none,
};

// ESC [ letter and ESC O letter.
Key key_of_letter(char letter, bool is_modified) {
  switch (letter) {
    case 'A': return Key::up;
    case 'B': return Key::down;
    case 'C': return is_modified ? Key::word_right : Key::right;
    case 'D': return is_modified ? Key::word_left : Key::left;
    case 'F': return Key::end;
    case 'H': return Key::home;
    default: return Key::none;
  }
}

// ESC [ number ~
Key key_of_number(u32 number) {
  switch (number) {
    case 1:
    case 7: return Key::home;
    case 3: return Key::erase;
    case 4:
    case 8: return Key::end;
    default: return Key::none;
  }
}

Key key_with_alt(char c) {
  switch (c) {
    case 'b':
    case 'B': return Key::word_left;
    case 'f':
    case 'F': return Key::word_right;
    case 'd':
    case 'D': return Key::kill_word_right;
    case 0x7f:
    case '\b': return Key::kill_word_left;
    default: return Key::none;
  }
}

}  // namespace

Press KeyDecoder::feed(char c) {
  // Whatever was begun, this begins anew.
  if (c == escape_byte) {
    state_ = State::escape;
    return {};
  }
  switch (state_) {
    case State::ground: return ground(c);
    case State::character: return character(c);
    case State::escape: return escape(c);
    case State::sequence: return sequence(c);
    case State::single: state_ = State::ground; return {.key = key_of_letter(c, false)};
  }
  return {};
}

Press KeyDecoder::ground(char c) {
  const auto byte = static_cast<u8>(c);
  if (byte < 32) return {.key = control_keys[byte]};
  if (byte == 0x7f) return {.key = Key::backspace};
  press_ = {.key = Key::text, .bytes = {c}, .length = 1};
  needed_ = bytes_of_character(c);
  // A byte that begins no character is dropped.
  if (needed_ == 1) return byte < 0x80 ? press_ : Press{};
  state_ = State::character;
  return {};
}

Press KeyDecoder::character(char c) {
  if ((static_cast<u8>(c) & 0xc0) != 0x80) {
    state_ = State::ground;
    return ground(c);
  }
  press_.bytes[press_.length++] = c;
  if (press_.length < needed_) return {};
  state_ = State::ground;
  return press_;
}

Press KeyDecoder::escape(char c) {
  number_ = 0;
  modifier_ = 0;
  is_second_ = false;
  state_ = c == '[' ? State::sequence : c == 'O' ? State::single : State::ground;
  return state_ == State::ground ? Press{.key = key_with_alt(c)} : Press{};
}

Press KeyDecoder::sequence(char c) {
  if (c >= '0' && c <= '9') {
    u32& number = is_second_ ? modifier_ : number_;
    if (number < 1000) number = number * 10 + static_cast<u32>(c - '0');
    return {};
  }
  if (c == ';') {
    is_second_ = true;
    return {};
  }
  // Bytes below belong to sequences that are none of ours, and do not end them.
  if (c < '@') return {};
  state_ = State::ground;
  return {.key = c == '~' ? key_of_number(number_) : key_of_letter(c, modifier_ > 1)};
}

}  // namespace shell
