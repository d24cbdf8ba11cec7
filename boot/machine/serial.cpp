// SPDX-License-Identifier: MIT
#include <boot/machine/serial.hpp>

namespace boot {

namespace {

constexpr base::u64 data_register = 0x000;
constexpr base::u64 flag_register = 0x018;
constexpr base::u64 line_register = 0x02c;
constexpr base::u64 control_register = 0x030;

constexpr base::u32 flag_receive_empty = 1 << 4;
constexpr base::u32 flag_transmit_full = 1 << 5;
constexpr base::u32 line_queues = 1 << 4;
constexpr base::u32 control_enabled = 1 << 0;
constexpr base::u32 control_transmit = 1 << 8;
constexpr base::u32 control_receive = 1 << 9;

// How often a full port is looked at. A character at 115,200 bits per second takes 87 microseconds.
constexpr int patience = 1'000'000;

}  // namespace

Serial::Serial(base::u64 registers) : registers_(registers) {
  // What is typed from now on waits for whoever will drive the port, more than one character of it.
  // Switching the queues on empties them, so it is left alone if there is something already.
  const base::u32 line = at(line_register);
  if ((line & line_queues) == 0 && (at(flag_register) & flag_receive_empty) != 0)
    at(line_register) = line | line_queues;
  constexpr base::u32 working = control_enabled | control_transmit;
  if ((at(control_register) & working) != working) at(control_register) = working | control_receive;
}

void Serial::put(char c) {
  for (int i = 0; present() && (at(flag_register) & flag_transmit_full) != 0; ++i)
    if (i == patience) registers_ = 0;
  if (present()) at(data_register) = static_cast<unsigned char>(c);
}

void Serial::write(std::string_view text) {
  for (const char c : text) {
    if (c == '\n') put('\r');
    put(c);
  }
}

}  // namespace boot
