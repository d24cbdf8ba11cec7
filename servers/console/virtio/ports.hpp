// SPDX-License-Identifier: MIT
// A virtio console device with several ports (Virtio 1.1, 5.3): each has a name and is a stream of
// bytes, both ways. Queues 2 and 3 carry messages about the ports.
//
//   port:  absent --added--> there --open()--> open          `is_connected`: the host has opened it
//            ^-------------removed--------------/
#pragma once

#include <servers/console/virtio/pair.hpp>
#include <string_view>

namespace console::virtio {

inline constexpr u32 console_device = 3;

class Ports {
 public:
  static constexpr u32 most = 8;

  struct Port {
    static constexpr u64 longest_name = 32;

    bool is_there = false;
    bool is_open = false;  // by us
    bool is_connected = false;
    u64 name_length = 0;
    char name_text[longest_name] = {};

    [[nodiscard]] std::string_view name() const { return {name_text, name_length}; }
  };

  constexpr Ports() = default;

  // As many ports as the memory is enough for. Until it has succeeded there are none. Errors:
  // not_found (no such device), not_supported, no_memory.
  abi::Status start(const Registers& registers, std::span<PairMemory> memory, u64 distance);

  // Takes the interrupt back, and what the device has to say about ports. True: something is
  // different now.
  bool poll();

  [[nodiscard]] u32 count() const { return count_; }
  [[nodiscard]] const Port& port(u32 number) const { return ports_[number]; }
  // Which has this name; nothing: none.
  [[nodiscard]] std::optional<u32> find(std::string_view name) const;
  // Lets the host's bytes come.
  void open(u32 number);

  [[nodiscard]] Pair& stream(u32 number) { return streams_[number]; }
  [[nodiscard]] const Registers& registers() const { return registers_; }

 private:
  struct Control {
    u32 port;
    u16 event;
    u16 value;
  };
  static constexpr u32 control_queue = 2;
  // Port 0 has the queues in front of the control queues, all others those behind.
  static constexpr u32 queue_of(u32 port) { return port == 0 ? 0 : 2 * port + 2; }

  void say(u32 port, u16 event, u16 value);
  void take(const Control& message, std::span<const u8> text);
  void name_port(Port& port, std::span<const u8> text);

  Registers registers_;
  u32 count_ = 0;
  Pair control_;
  Pair streams_[most];
  Port ports_[most];
};

}  // namespace console::virtio
