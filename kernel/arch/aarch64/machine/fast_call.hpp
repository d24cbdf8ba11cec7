// SPDX-License-Identifier: MIT
// How the IPC fast path is entered and left (entry.S). The calling convention `preserve_none`
// passes arguments in x20..x28, then x0..x7, then x10 and x11: so message words, capability and
// info stay in the registers of the ABI all the way from one program to the other, and the fillers
// cost nothing because nobody reads or writes them.
#pragma once

#include <base/units.hpp>

namespace kernel {

class Thread;

namespace machine {

using base::u64;

// All of them have the same parameters, so that each can end by jumping to the next: the thread,
// the fillers, the words, and what x10 and x11 hold (capability or badge, and info).
#define FAST_PARAMETERS                                                                           \
  Thread *thread, u64 f1, u64 f2, u64 f3, u64 f4, u64 f5, u64 f6, u64 f7, u64 f8, u64 w0, u64 w1, \
      u64 w2, u64 w3, u64 w4, u64 w5, u64 w6, u64 w7, u64 x10, u64 x11
#define FAST_FILLERS f1, f2, f3, f4, f5, f6, f7, f8
#define FAST_WORDS w0, w1, w2, w3, w4, w5, w6, w7
#define FAST_PATH extern "C" [[clang::preserve_none]] void

// Everything is as it was: the system call goes the long way. `f1` of leave_to_invoke is the slot
// of a capability that is not for an endpoint.
FAST_PATH leave_to_invoke(FAST_PARAMETERS);
FAST_PATH leave_to_slow_call(FAST_PARAMETERS);
FAST_PATH leave_to_slow_reply_recv(FAST_PARAMETERS);

// `thread` runs, with the words as they are; x10 is its badge, x11 its info.
FAST_PATH leave_to_program(FAST_PARAMETERS);

// `thread` runs, with the registers that it had when it was stopped by a trap.
FAST_PATH leave_to_trapped(FAST_PARAMETERS);

}  // namespace machine

}  // namespace kernel
