// SPDX-License-Identifier: MIT
// The serial port, a PL011: by interrupts, both ways. What cannot come in stays in the device's
// queue, with its interrupt masked; then the device stops whoever sends.
#pragma once

#include <servers/console/terminal.hpp>

namespace console {

class Uart {
 public:
  constexpr Uart() = default;
  // `registers`: where the device's page is mapped. Boot has set speed and format.
  explicit Uart(u64 registers) : registers_(registers) {}

  // What has been typed already goes to the terminal.
  void start(Terminal& terminal) const;

  // Moves bytes between device and terminal, as many as go and as one step may take, and asks for
  // an interrupt when more can go. To be called after whatever may have changed either side.
  void pump(Terminal& terminal) const;

 private:
  // False: the terminal cannot take more.
  bool receive(Terminal& terminal) const;
  // False: the device cannot take more now.
  bool transmit(Terminal& terminal) const;
  [[nodiscard]] volatile u32& at(u64 offset) const {
    return *reinterpret_cast<volatile u32*>(registers_ + offset);
  }

  u64 registers_ = 0;
};

}  // namespace console
