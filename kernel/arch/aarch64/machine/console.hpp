// SPDX-License-Identifier: MIT
// The serial port, for panics and for lines of debug builds.
#pragma once

#include <abi/bootinfo.hpp>

namespace kernel::machine {

// Waits for room, but not for ever: a broken port loses characters, not the machine.
void put_character(const abi::Machine& machine, char c);

}  // namespace kernel::machine
