// SPDX-License-Identifier: MIT
// A trap is a call that the kernel makes on the thread's behalf.
//
//   fault:         raise_fault --> pager --pass on, refused, gone--> handler --the same--> pager
//                  --the same--> faulted      (the first step is for page faults only)
//   foreign call:  raise_foreign_call --> handler --refused, gone--> pager --the same--> faulted
//
// The thread is `trapped` while somebody has its trap: its registers are its own, not a message. A
// trap that is cancelled happens again when the thread goes on.
#pragma once

#include <abi/fault.hpp>
#include <object/thread.hpp>

namespace kernel {

// `thread` is ready; its `fault` says what happened. True: whoever takes it runs already, and the
// CPU is set up for it.
bool raise_fault(Thread& thread);

// `thread` is ready and stands behind its `svc`; its registers are the message. The same meaning of
// the result.
bool raise_foreign_call(Thread& thread);

// Whoever had the trap answered: with a label and word 0. The thread is in no queue.
void end_trap(Thread& thread, u32 label, u64 result);

// Whoever had the trap cannot answer. The thread is in no queue.
void trap_refused(Thread& thread);

// The trap is cancelled. The thread is in no queue, and not ready.
void trap_cancelled(Thread& thread);

}  // namespace kernel
