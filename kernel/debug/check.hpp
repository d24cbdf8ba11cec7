// SPDX-License-Identifier: MIT
// Invariants around one thread, checked before it runs. The walks through whole structures are
// check() of the classes; host tests call all of them after every step.
#pragma once

#include <object/thread.hpp>

namespace kernel {

void check_thread(const Thread& thread);

}  // namespace kernel
