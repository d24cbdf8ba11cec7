// SPDX-License-Identifier: MIT
// Devices whose interrupt lines a test moves.
#pragma once

#include <libipc/time.hpp>
#include <tests/kernel/kit/operations.hpp>

namespace kit {

// Two that every machine has which the tests run on: the serial port (PL011), whose transmitter is
// ready all the time, and the clock (PL031), whose alarm can be set to the present second.
class Line {
 public:
  static Line of_serial_port(Context& t);
  static Line of_clock(Context& t);

  [[nodiscard]] u64 number() const { return number_; }  // of the interrupt

  // The line goes up and stays there, or goes down.
  void raise() const;
  void lower() const;

  // The clock's line will go up after one second, or two.
  void raise_later() const;

 private:
  Line(u64 registers, u64 number, bool is_clock)
      : registers_(registers), number_(number), is_clock_(is_clock) {}
  [[nodiscard]] volatile u32& at(u64 offset) const {
    return *reinterpret_cast<volatile u32*>(registers_ + offset);
  }
  void set_clock_alarm(u32 seconds) const;

  u64 registers_;
  u64 number_;
  bool is_clock_;
};

}  // namespace kit
