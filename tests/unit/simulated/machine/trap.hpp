// SPDX-License-Identifier: MIT
// Why a program has entered the kernel; a test says it first, in `next_trap`.
#pragma once

#include <kernel/arch/aarch64/machine/trap.hpp>

namespace kernel::machine {

inline Trap next_trap;

}  // namespace kernel::machine
