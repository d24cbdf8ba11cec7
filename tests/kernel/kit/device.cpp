// SPDX-License-Identifier: MIT
#include <tests/kernel/kit/device.hpp>

namespace kit {
namespace {

// PL011 Technical Reference Manual, chapter 3.
constexpr u64 serial_mask = 0x38;
constexpr u32 serial_transmit = 1 << 5;

// PL031 Technical Reference Manual, chapter 3.
constexpr u64 clock_seconds = 0x00;
constexpr u64 clock_match = 0x04;
constexpr u64 clock_mask = 0x10;
constexpr u64 clock_raw = 0x14;
constexpr u64 clock_clear = 0x1c;

const abi::Device& find(Context& t, std::string_view compatible) {
  for (const abi::Device& device : support::environment().boot_info->devices)
    if (std::string_view{device.compatible} == compatible) return device;
  t.that(false, "the machine has the device");
  t.end();
}

// Mapped once for all tests.
u64 clock_registers(Context& t, const abi::Device& device) {
  static constinit u64 registers = 0;
  if (registers != 0) return registers;
  support::Environment& environment = support::environment();
  auto page = t.need(environment.memory.make_device_page(device.base));
  const u64 address = t.need(environment.self.reserve(base::page_size));
  t.need(environment.self.map(page, address, base::page_size, support::read_write));
  static_cast<void>(page.release());
  return registers = address;
}

}  // namespace

Line Line::of_serial_port(Context& t) {
  const Line line{support::environment().serial.registers(), find(t, "arm,pl011").interrupt, false};
  line.lower();
  return line;
}

Line Line::of_clock(Context& t) {
  const abi::Device& device = find(t, "arm,pl031");
  const Line line{clock_registers(t, device), device.interrupt, true};
  line.lower();
  return line;
}

void Line::set_clock_alarm(u32 seconds) const {
  at(clock_match) = at(clock_seconds) + seconds;
  at(clock_mask) = 1;
}

void Line::raise() const {
  if (!is_clock_) {
    at(serial_mask) = serial_transmit;
    return;
  }
  at(clock_mask) = 1;
  // The second may end between the read and the write.
  while ((at(clock_raw) & 1) == 0) set_clock_alarm(0);
}

void Line::lower() const {
  if (!is_clock_) {
    at(serial_mask) = 0;
    return;
  }
  at(clock_mask) = 0;
  at(clock_clear) = 1;
}

void Line::raise_later() const { set_clock_alarm(2); }

}  // namespace kit
