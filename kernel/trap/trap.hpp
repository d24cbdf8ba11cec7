// SPDX-License-Identifier: MIT
// From a trap to the next thread.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// Chooses who runs next and makes the CPU ready for it. If nobody ever can, the machine ends.
Thread& next_thread();

}  // namespace kernel
