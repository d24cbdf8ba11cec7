// SPDX-License-Identifier: MIT
// What the manifest grants becomes devices and terminals.
//
// Each argument is a terminal, BADGE=NAME: the badge of those who may use it, and `serial` or the
// name of a virtio port. Without arguments the serial port is everybody's. Grants from slot 16 on:
// serial port, its interrupt, procmgr's log, virtio device, its interrupt, memory for DMA.
// Everything from the log on may be missing.
#pragma once

#include <servers/console/console.hpp>

namespace console {

// Devices' interrupts signal the notification from now on, but do not come yet.
abi::Result<Parts> make_parts(ipc::Cap<ipc::Notification> notification);

// Error: bad_argument (a word is no terminal), and what Console::add says.
abi::Status add_terminals(Console& console, std::span<char* const> words);

// The virtio device, if there is one. A console without its ports is better than none.
void start_ports(Console& console);

}  // namespace console
