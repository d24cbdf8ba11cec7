// SPDX-License-Identifier: MIT
// procmgr: the first process. It owns all memory, makes processes, pages for them and buries them.
#include <abi/slots.hpp>
#include <base/bits.hpp>
#include <libipc/invoke.hpp>
#include <libipc/start/root.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/serve/loop.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/supervisor.hpp>
#include <servers/procmgr/start/take_over.hpp>

namespace procmgr {

constinit Core core;

}  // namespace procmgr

namespace {

using procmgr::core;

constexpr abi::u64 serial_window = 0x1f'0000'0000;

// The serial port is procmgr's until a console takes it over.
abi::Status find_serial(const abi::BootInfo& info) {
  for (const abi::Device& device : info.devices) {
    if (std::string_view{device.compatible} != "arm,pl011") continue;
    const abi::u64 base = base::align_down(device.base, base::page_size);
    const abi::CapPtr frame = TRY(procmgr::device_page(base));
    TRY(procmgr::map_own(frame, serial_window, base::page_size, {3}));
    procmgr::use_serial(serial_window + device.base - base);
    return {};
  }
  return {};
}

abi::Status set_up(const abi::BootInfo& info) {
  TRY(procmgr::take_over(info));
  TRY(find_serial(info));
  return {};
}

}  // namespace

void ipc::start::before_main(const abi::BootInfo& info) {
  if (!set_up(info).ok()) power_off(70);
}

int main(int, char**) {
  const abi::Status started = procmgr::start_manifest();
  if (!started.ok()) return 71;
  procmgr::serve();
}
