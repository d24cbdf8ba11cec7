// SPDX-License-Identifier: MIT
// What time it is: asked once, of the machine's real-time clock, and told to every process.
#pragma once

#include <abi/types.hpp>

namespace procmgr {

// Reads the clock, if there is one.
void find_clock();

// As abi::ProcessPage has it: nanoseconds from 1970-01-01 to the counter's zero; 0: unknown.
base::u64 epoch();

}  // namespace procmgr
