// SPDX-License-Identifier: MIT
#include <libipc/start/root.hpp>
#include <user/support/environment.hpp>
#include <user/support/guardian.hpp>

namespace support {
namespace {

using ipc::Cap;

constinit Environment the_environment;

// The machine could not even give the program its start; there may be no way to say so but this.
constexpr u64 status_no_start = 70;

abi::Status map_serial(Environment& environment) {
  for (const abi::Device& device : environment.boot_info->devices) {
    if (std::string_view{device.compatible} != "arm,pl011") continue;
    auto page =
        TRY(environment.memory.make_device_page(base::align_down(device.base, base::page_size)));
    const u64 address = TRY(environment.self.reserve(base::page_size));
    TRY(environment.self.map(page, address, base::page_size, read_write));
    static_cast<void>(page.release());  // for as long as the program runs
    environment.serial = ipc::Serial{address + device.base % base::page_size};
    return {};
  }
  return {};
}

abi::Status set_up(Environment& environment, const abi::BootInfo& info) {
  environment.boot_info = &info;
  TRY(environment.slots.add_leaf(0, Cap<ipc::CNode>{abi::root_slot::leaf0},
                                 ipc::index_in_leaf(abi::root_slot::first_free)));
  environment.memory = Memory{environment.slots, {info.untyped.begin(), info.untyped.end()}};
  environment.self = AddressSpace{environment.memory, Cap<ipc::VSpace>{abi::root_slot::vspace}};
  TRY(map_serial(environment));
  return start_guardian(environment);
}

}  // namespace

Environment& environment() { return the_environment; }

abi::Result<ipc::Owned<ipc::CNode>> Environment::make_leaf(u64 root_index) {
  ipc::Owned<ipc::CNode> leaf = TRY(memory.make<ipc::CNode>(abi::leaf_bits));
  TRY(ipc::invoke(Cap<ipc::CNode>{abi::root_slot::cspace},
                  abi::cnode::Copy{.index = root_index,
                                   .source = abi::SlotName::own(leaf.at()),
                                   .rights = abi::all_rights}));
  return leaf;
}

}  // namespace support

void ipc::start::before_main(const abi::BootInfo& info) {
  support::Environment& environment = support::environment();
  const abi::Status done = support::set_up(environment, info);
  if (done.ok()) return;
  support::print([&](auto& line) { line << "start-up failed: " << abi::sentence(done.error()); });
  power_off(support::status_no_start);
}
