// SPDX-License-Identifier: MIT
// The fast path of call and reply_recv on the host: its own functions, entered and left as entry.S
// does it.
#pragma once

#include <object/thread.hpp>

namespace simulated {

// A system call of `thread`, whose registers are set, that begins on the fast path. True: the fast
// path has done it; false: it went the long way.
bool system_call_on_fast_path(kernel::Thread& thread, base::u32 number);

}  // namespace simulated
