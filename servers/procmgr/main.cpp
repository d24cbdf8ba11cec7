// SPDX-License-Identifier: MIT
// procmgr: the first process. It owns all memory, makes processes, pages for them and buries them.
#include <libipc/start/root.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/serve/loop.hpp>
#include <servers/procmgr/start/clock.hpp>
#include <servers/procmgr/start/devices.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/supervisor.hpp>
#include <servers/procmgr/start/take_over.hpp>

namespace procmgr {

constinit Core core;

}  // namespace procmgr

namespace {

using procmgr::core;

// The serial port is procmgr's until a console takes it over; without one nothing is said.
abi::Status find_serial() {
  const auto uart = procmgr::find_device("arm,pl011");
  if (uart.error() == abi::Error::not_found) return {};
  TRY(uart);
  procmgr::use_serial(TRY(procmgr::map_registers(**uart)));
  return {};
}

abi::Status set_up(const abi::BootInfo& info) {
  TRY(procmgr::take_over(info));
  // Without a ring nothing is kept of the log, and all else works.
  static_cast<void>(procmgr::log_memory());
  TRY(find_serial());
  procmgr::find_clock();
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
