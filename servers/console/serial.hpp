// SPDX-License-Identifier: MIT
// The PL011 serial port, for writing. The boot stage has set its speed and switched it on.
#pragma once

#include <abi/types.hpp>
#include <span>
#include <string_view>

namespace console {

class Serial {
 public:
  constexpr Serial() = default;
  explicit Serial(std::span<std::byte> registers) : registers_(registers.data()) {}

  // Where the text has "\n" the line gets "\r\n". False: the device takes nothing any more, and
  // the rest is lost.
  [[nodiscard]] bool write(std::string_view text) const {
    for (const char c : text)
      if ((c == '\n' && !put('\r')) || !put(c)) return false;
    return true;
  }

 private:
  // PL011 Technical Reference Manual, chapter 3.
  static constexpr abi::u64 data_register = 0x00;
  static constexpr abi::u64 flag_register = 0x18;
  static constexpr abi::u32 transmit_queue_full = 1 << 5;
  // Much longer than a character takes on the slowest line.
  static constexpr abi::u64 patience = 100'000'000;

  [[nodiscard]] volatile abi::u32& at(abi::u64 offset) const {
    return *reinterpret_cast<volatile abi::u32*>(registers_ + offset);
  }

  [[nodiscard]] bool put(char c) const {
    for (abi::u64 i = 0; i < patience; ++i) {
      if ((at(flag_register) & transmit_queue_full) != 0) continue;
      at(data_register) = static_cast<unsigned char>(c);
      return true;
    }
    return false;
  }

  std::byte* registers_ = nullptr;
};

}  // namespace console
