// SPDX-License-Identifier: MIT
#include <libipc/serial.hpp>

namespace ipc {
namespace {

// PL011 Technical Reference Manual, chapter 3.
constexpr u64 data_register = 0x00;
constexpr u64 flag_register = 0x18;
constexpr u32 transmit_queue_full = 1 << 5;

volatile u32& at(u64 registers, u64 offset) {
  return *reinterpret_cast<volatile u32*>(registers + offset);
}

}  // namespace

void Serial::put(char c) const {
  while ((at(registers_, flag_register) & transmit_queue_full) != 0) {
  }
  at(registers_, data_register) = static_cast<unsigned char>(c);
}

void Serial::write(std::string_view text) const {
  if (registers_ == 0) return;
  for (const char c : text) {
    if (c == '\n') put('\r');
    put(c);
  }
}

}  // namespace ipc
