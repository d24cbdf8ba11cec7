// SPDX-License-Identifier: MIT
// PL011 Technical Reference Manual, chapter 3.
#include <servers/console/uart.hpp>

namespace console {

namespace {

constexpr u64 data = 0x00;
constexpr u64 flags = 0x18;
constexpr u64 line_control = 0x2c;
constexpr u64 interrupt_mask = 0x38;
constexpr u64 interrupt_clear = 0x44;

constexpr u32 receive_empty = 1 << 4;  // of the flags
constexpr u32 transmit_full = 1 << 5;
constexpr u32 broken = 7 << 8;  // of received data: framing, parity, break
constexpr u32 enable_queues = 1 << 4;
constexpr u32 receive_interrupt = 1 << 4;
constexpr u32 transmit_interrupt = 1 << 5;
constexpr u32 timeout_interrupt = 1 << 6;  // something has stood in the queue for a while

// One step's worth.
constexpr u64 most_received = 64;
constexpr u64 most_sent = 256;

}  // namespace

// Switching the queues on empties them, so what is there comes out first. As a rule boot has done
// it, before anybody could type.
void Uart::start(Terminal& terminal) const {
  at(interrupt_mask) = 0;
  if ((at(line_control) & enable_queues) != 0) return;
  receive(terminal);
  at(line_control) = at(line_control) | enable_queues;
}

bool Uart::receive(Terminal& terminal) const {
  for (u64 i = 0; i < most_received; ++i) {
    if (!terminal.can_take()) return false;
    if ((at(flags) & receive_empty) != 0) return true;
    const u32 received = at(data);
    if ((received & broken) != 0) continue;
    const u8 byte = static_cast<u8>(received);
    terminal.take_input({&byte, 1});
  }
  return true;
}

bool Uart::transmit(Terminal& terminal) const {
  OutputRing& output = terminal.output();
  u64 left = most_sent;
  while (output.size() != 0) {
    if (left-- == 0 || (at(flags) & transmit_full) != 0) return false;
    at(data) = output.front()[0];
    output.drop(1);
  }
  return true;
}

// The interrupts of both queues are levels: what is left in the device raises them again as soon as
// they are not masked. That of the transmit queue is cleared first, because it is about a moment
// that may have passed.
void Uart::pump(Terminal& terminal) const {
  at(interrupt_clear) = transmit_interrupt;
  const bool can_receive = receive(terminal);
  bool has_sent = transmit(terminal);
  terminal.output_has_gone(0);
  // Writers that had waited have filled the ring again.
  if (has_sent && terminal.output().size() != 0) has_sent = transmit(terminal);
  u32 wanted = 0;
  if (can_receive) wanted |= receive_interrupt | timeout_interrupt;
  if (!has_sent) wanted |= transmit_interrupt;
  at(interrupt_mask) = wanted;
}

}  // namespace console
