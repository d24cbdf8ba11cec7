// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// Chooses who runs next, waiting for interrupts while nobody can, and makes the CPU ready for it.
Thread& next_thread();

}  // namespace kernel
