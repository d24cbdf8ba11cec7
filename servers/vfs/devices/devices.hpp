// SPDX-License-Identifier: MIT
// What stands under /dev. A device is a number in the tree. Some answer by themselves; one that
// stands for another server is a capability, which whoever opens it gets: this server never stands
// between a program and its terminal.
#pragma once

#include <servers/vfs/memory/parked.hpp>
#include <servers/vfs/tree/node.hpp>

namespace vfs {

inline constexpr std::string_view device_folder = "/dev";
u64 device_count();

// Makes the nodes. Errors: those of the tree.
Outcome<void> make_devices();

// How many bytes were read. Error: not_supported (it is not read so).
Outcome<u64> read_device(u64 device, std::span<u8> to);
// All of them, or none. Errors: no_space (it is always full), not_supported.
Outcome<void> write_device(u64 device, std::span<const u8> from);

// The capability that it stands for. Error: not_supported.
Outcome<Owned<Endpoint>> open_device(u64 device);

}  // namespace vfs
