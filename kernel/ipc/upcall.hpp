// SPDX-License-Identifier: MIT
// Upcalls that are not a plain `svc`: entry.S does those.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// The bits are added to those that wait for an upcall. The thread makes upcalls.
void post(Thread& thread, u64 bits);

// They do not wait any more.
u64 take_posted(Thread& thread);

// `thread` is about to run: posted bits enter its handler, unless it is busy, or in the middle of a
// system call that is going to be repeated.
void deliver_posted(Thread& thread);

// From the handler back to where the frame says.
void leave_upcall(Thread& thread);

}  // namespace kernel
