// SPDX-License-Identifier: MIT
// The last resort for a device tree that is too damaged to be read: something in its bytes that
// looks like a serial port, to say so, and a way to switch the machine off.
#pragma once

#include <abi/bootinfo.hpp>
#include <optional>
#include <span>

namespace boot {

// The address of the first PL011 that is not disabled, by its node's name ("pl011@9000000"). Only
// a fault is reported there, after which the machine stops; so a guess is good enough.
[[nodiscard]] std::optional<base::u64> salvage_serial(std::span<const base::u8> tree);

// How PSCI is called, if the tree mentions it: from a property `method` that has survived.
[[nodiscard]] abi::PowerConduit salvage_power_conduit(std::span<const base::u8> tree);

}  // namespace boot
