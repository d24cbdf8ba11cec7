// SPDX-License-Identifier: MIT
// How the IPC fast path is entered and left: with the arguments of aarch64, but by the host's own
// calling convention. fast_path.cpp plays entry.S.
#pragma once

#include <base/units.hpp>

namespace kernel {

class Thread;

namespace machine {

using base::u64;

#define FAST_PARAMETERS                                                                           \
  Thread *thread, u64 f1, u64 f2, u64 f3, u64 f4, u64 f5, u64 f6, u64 f7, u64 f8, u64 w0, u64 w1, \
      u64 w2, u64 w3, u64 w4, u64 w5, u64 w6, u64 w7, u64 x10, u64 x11
#define FAST_FILLERS f1, f2, f3, f4, f5, f6, f7, f8
#define FAST_WORDS w0, w1, w2, w3, w4, w5, w6, w7
#define FAST_PATH extern "C" void

FAST_PATH leave_to_invoke(FAST_PARAMETERS);
FAST_PATH leave_to_slow_call(FAST_PARAMETERS);
FAST_PATH leave_to_slow_reply_recv(FAST_PARAMETERS);
FAST_PATH leave_to_program(FAST_PARAMETERS);
FAST_PATH leave_to_trapped(FAST_PARAMETERS);

}  // namespace machine

}  // namespace kernel
