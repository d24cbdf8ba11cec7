// SPDX-License-Identifier: MIT
// The end of the machine.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/units.hpp>

namespace kernel::machine {

[[noreturn]] void power_off(const abi::Machine& machine, base::u64 status);
[[noreturn]] void power_off_after_panic(const abi::Machine& machine);
[[noreturn]] void reset(const abi::Machine& machine);

}  // namespace kernel::machine
