// SPDX-License-Identifier: MIT
// The answer of a terminal emulator to the question how large it is: `ESC [ rows ; columns R`, in
// the middle of what is typed. While an answer is expected, each byte goes through here; what turns
// out to be none of it is typed after all.
#pragma once

#include <base/units.hpp>
#include <span>

namespace console {

using base::u32;
using base::u64;
using base::u8;

// Where is the cursor, after it was sent to a corner that no screen has; then back to where it was.
inline constexpr char size_question[] = "\0337\033[999;999H\033[6n\0338";

class SizeReport {
 public:
  static constexpr u64 longest = 16;

  enum class Step {
    held,    // it may belong to an answer
    none,    // it does not: `held()` and this byte are for others
    answer,  // rows() and columns() are known
  };

  Step feed(u8 byte) {
    const Step step = advance(byte);
    if (step == Step::held) held_[count_++] = byte;
    return step;
  }

  // What has been kept back so far.
  [[nodiscard]] std::span<const u8> held() const { return {held_, count_}; }
  void reset() { *this = {}; }

  [[nodiscard]] u32 rows() const { return numbers_[0]; }
  [[nodiscard]] u32 columns() const { return numbers_[1]; }

 private:
  Step advance(u8 byte) {
    if (count_ == 0) return byte == 0x1b ? Step::held : Step::none;
    if (count_ == 1) return byte == '[' ? Step::held : Step::none;
    if (count_ == longest) return Step::none;
    if (byte >= '0' && byte <= '9') {
      u32& number = numbers_[is_second_];
      number = number * 10 + (byte - '0');
      has_digit_ = true;
      return number <= most ? Step::held : Step::none;
    }
    if (byte == ';' && !is_second_ && has_digit_) {
      is_second_ = true;
      has_digit_ = false;
      return Step::held;
    }
    return byte == 'R' && is_second_ && has_digit_ ? Step::answer : Step::none;
  }

  static constexpr u32 most = 9999;

  u8 held_[longest] = {};
  u64 count_ = 0;
  u32 numbers_[2] = {};
  bool is_second_ = false;
  bool has_digit_ = false;
};

}  // namespace console
