// SPDX-License-Identifier: MIT
// Upcalls: a foreign thread's `svc #0`, and bits posted to it, enter a handler in its own address
// space.
//
//   program --svc #0, posted bits--> kernel: saves pc, sp, flags in the frame, marks it busy
//           --> handler (sp = `stack`, all other registers as they were)
//           --> svc upcall_return --> kernel: takes pc, sp, flags back, marks it free --> program
//
// While the frame is busy, posted bits wait; those that wait at upcall_return enter the handler
// again at once. A `svc #0` while the frame is busy is a fault of the kind system_call. A program
// may set `busy` itself, to be left alone; when it has cleared it again and finds `held` set, any
// system call but call and reply_recv (yield, say) lets the bits come.
#pragma once

#include <abi/types.hpp>

namespace abi {

enum class UpcallReason : u64 { system_call = 0, posted = 1 };

// In a page of the program, which may write it: the kernel believes nothing that stands here, and a
// program can only harm itself.
struct UpcallFrame {
  u64 busy;
  UpcallReason reason;
  u64 bits;   // posted ones, taken; 0 for a system call
  u64 stack;  // set by the program: sp for the handler
  u64 pc;     // where the program goes on
  u64 sp;
  u64 flags;  // condition flags
  u64 held;   // set by the kernel when bits had to wait because of `busy`; never cleared by it
};

static_assert(sizeof(UpcallFrame) == 64);

}  // namespace abi
