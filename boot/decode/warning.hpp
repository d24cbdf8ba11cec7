// SPDX-License-Identifier: MIT
// What boot/ noticed and could go on without. The decoders only write it down: they run on the host
// too, and before a serial port is known.
#pragma once

#include <abi/bootinfo.hpp>
#include <string_view>

namespace boot {

enum class Warning : base::u8 {
  device_registers_damaged,
  device_in_memory,
  devices_dropped,
  device_ranges_dropped,
  processors_dropped,
  redistributors_dropped,
  memory_outside_window,
  memory_ranges_dropped,
  free_ranges_dropped,
  no_power_off,
  no_serial_port,
  this_processor_unlisted,
  unknown_key,
  unknown_value,
};

[[nodiscard]] std::string_view sentence(Warning warning);

struct Notice {
  Warning warning = {};
  std::string_view subject;  // a node, a key; may hold anything
};

struct Notices {
  abi::BoundedArray<Notice, 16> items;
  base::u64 dropped = 0;

  void add(Warning warning, std::string_view subject = {}) {
    if (!items.push({warning, subject})) ++dropped;
  }

  // For what happens to all of a kind from some point on: only the first one is named.
  void add_once(Warning warning, std::string_view subject = {}) {
    for (const Notice& notice : items)
      if (notice.warning == warning) return;
    add(warning, subject);
  }
};

}  // namespace boot
