// SPDX-License-Identifier: MIT
#include <cstring>
#include <libipc/invoke.hpp>
#include <libipc/process/slots.hpp>
#include <servers/vfs/devices/devices.hpp>
#include <servers/vfs/devices/random.hpp>
#include <servers/vfs/grants.hpp>
#include <servers/vfs/server.hpp>

namespace vfs {

namespace {

enum class Device : u64 { null = 1, zero = 2, full = 3, random = 4, console = 5 };

constexpr struct {
  std::string_view path;
  Device device;
} devices[] = {
    {"/dev/null", Device::null},      {"/dev/zero", Device::zero},
    {"/dev/full", Device::full},      {"/dev/random", Device::random},
    {"/dev/urandom", Device::random}, {"/dev/console", Device::console},
};

}  // namespace

u64 device_count() { return std::size(devices); }

Outcome<void> make_devices() {
  seed_random(ipc::process_page().random);
  const View view{.root = server.tree.root(),
                  .base = server.tree.root(),
                  .store = &own_payer().store,
                  .now = now(),
                  .ignores_modes = true};
  const auto folder = server.tree.make_directory(view, device_folder, 0755);
  if (!folder.ok() && folder.error().error != Error::occupied) return folder.error();
  for (const auto& [path, device] : devices) {
    const auto made = server.tree.make_device(view, path, static_cast<u64>(device), 0666);
    // The boot archive may have brought something of that name: it stays.
    if (!made.ok() && made.error().error != Error::occupied) return made.error();
  }
  return {};
}

Outcome<u64> read_device(u64 device, std::span<u8> to) {
  switch (static_cast<Device>(device)) {
    case Device::null: return u64{0};
    case Device::zero:
    case Device::full: std::memset(to.data(), 0, to.size()); return u64{to.size()};
    case Device::random: fill_random(to); return u64{to.size()};
    case Device::console: break;
  }
  return Problem{Error::not_supported};
}

Outcome<void> write_device(u64 device, std::span<const u8> from) {
  switch (static_cast<Device>(device)) {
    case Device::null:
    case Device::zero:
    case Device::random: return {};
    case Device::full: return from.empty() ? Outcome<void>{} : Problem{Error::no_space};
    case Device::console: break;
  }
  return Problem{Error::not_supported};
}

Outcome<Owned<Endpoint>> open_device(u64 device) {
  if (static_cast<Device>(device) != Device::console) return Problem{Error::not_supported};
  const auto at = ipc::slots().allocate();
  if (!at.ok()) return Problem{at.error()};
  Owned<Endpoint> copy{ipc::slots(), *at};
  const SlotPlace to = place_of(*at);
  const auto copied =
      ipc::invoke(to.cnode, abi::cnode::Copy{.index = to.index,
                                             .source = abi::SlotName::own(grant::console.at()),
                                             .rights = abi::all_rights});
  if (!copied.ok()) return Problem{Error::not_supported};
  return copy;
}

}  // namespace vfs
