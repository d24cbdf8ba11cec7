// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <servers/procmgr/start/clock.hpp>
#include <servers/procmgr/start/devices.hpp>

namespace procmgr {

namespace {

using base::u32;
using base::u64;

// PL031: the register at 0 holds seconds since 1970, and counts by itself (ARM DDI 0224, 3.3.1).
constexpr std::string_view compatible = "arm,pl031";
constexpr u64 nanoseconds_in_second = 1'000'000'000;

constinit u64 found_epoch = 0;

}  // namespace

void find_clock() {
  const auto device = find_device(compatible);
  if (!device.ok()) return;
  const auto registers = map_registers(**device);
  if (!registers.ok()) return;
  const u64 seconds = *reinterpret_cast<const volatile u32*>(*registers);
  const u64 running = ipc::nanoseconds_in(ipc::machine::counter());
  // A clock that nobody has set says that it is 1970.
  if (seconds * nanoseconds_in_second > running)
    found_epoch = seconds * nanoseconds_in_second - running;
}

u64 epoch() { return found_epoch; }

}  // namespace procmgr
