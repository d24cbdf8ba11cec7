// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <servers/console/virtio/ports.hpp>

namespace console::virtio {

namespace {

constexpr u64 feature_multiport = u64{1} << 1;
constexpr u64 feature_version_1 = u64{1} << 32;
constexpr u64 max_ports_field = 4;  // of the configuration

// Messages about ports (5.3.6.2).
constexpr u16 device_ready = 0;
constexpr u16 port_add = 1;
constexpr u16 port_remove = 2;
constexpr u16 port_ready = 3;
constexpr u16 port_open = 6;
constexpr u16 port_name = 7;

// One look takes no more messages than this; the device can send faster than we read.
constexpr u32 most_messages = 64;

}  // namespace

abi::Status Ports::start(const Registers& registers, std::span<PairMemory> memory, u64 distance) {
  if (!registers.is_device(console_device)) return abi::Error::not_found;
  if (memory.size() < 2) return abi::Error::no_memory;
  TRY(registers.negotiate(feature_multiport | feature_version_1));
  registers_ = registers;
  const u32 offered = registers.configuration(max_ports_field);
  const u32 count = std::min({offered, most, static_cast<u32>(memory.size() - 1)});
  control_ = Pair{memory[0], distance, control_queue};
  TRY(control_.set_up(registers));
  for (u32 i = 0; i < count; ++i) {
    streams_[i] = Pair{memory[i + 1], distance, queue_of(i)};
    TRY(streams_[i].set_up(registers));
  }
  registers.start();
  count_ = count;
  control_.fill(registers);
  for (u32 i = 0; i < count; ++i) streams_[i].fill(registers);
  say(0, device_ready, 1);
  return {};
}

// A device that does not take these gets no more of them, and has no more ports.
void Ports::say(u32 port, u16 event, u16 value) {
  const auto bytes = std::bit_cast<std::array<u8, sizeof(Control)>>(Control{port, event, value});
  control_.send(bytes, registers_);
}

void Ports::name_port(Port& port, std::span<const u8> text) {
  const auto end = std::find(text.begin(), text.end(), u8{0});
  const auto length = static_cast<u64>(end - text.begin());
  // A name that is too long is nobody's.
  port.name_length = length <= Port::longest_name ? length : 0;
  std::copy_n(text.begin(), port.name_length, port.name_text);
}

void Ports::take(const Control& message, std::span<const u8> text) {
  if (message.port >= count_) {
    // There is no memory for its queues.
    if (message.event == port_add) say(message.port, port_ready, 0);
    return;
  }
  Port& port = ports_[message.port];
  switch (message.event) {
    case port_add:
      if (port.is_there) return;
      port = {.is_there = true};
      say(message.port, port_ready, 1);
      return;
    case port_remove: port = {}; return;
    case port_open: port.is_connected = message.value != 0; return;
    case port_name: name_port(port, text); return;
    default: return;  // sizes, and that one is meant for people: of no use here
  }
}

bool Ports::poll() {
  if (count_ == 0) return false;
  registers_.acknowledge_interrupt();
  bool has_changed = false;
  for (u32 i = 0; i < most_messages; ++i) {
    const auto bytes = control_.input();
    if (bytes.data() == nullptr) break;
    if (bytes.size() >= sizeof(Control)) {
      Control message{};
      std::memcpy(&message, bytes.data(), sizeof(message));
      take(message, bytes.subspan(sizeof(message)));
      has_changed = true;
    }
    control_.consume(bytes.size(), registers_);
  }
  return has_changed;
}

std::optional<u32> Ports::find(std::string_view name) const {
  for (u32 i = 0; i < count_; ++i)
    if (ports_[i].is_there && ports_[i].name() == name) return i;
  return std::nullopt;
}

void Ports::open(u32 number) {
  Port& port = ports_[number];
  if (!port.is_there || port.is_open) return;
  port.is_open = true;
  say(number, port_open, 1);
}

}  // namespace console::virtio
