// SPDX-License-Identifier: MIT
// A fault is a call that the kernel makes on the thread's behalf: to its pager, if it is a page
// fault that the pager has not passed on, else to its handler. If nobody takes it, the thread
// stops.
//
//   raise_fault --> pager --pass on, refused, gone--> handler --refused, gone--> faulted
#pragma once

#include <abi/fault.hpp>
#include <object/thread.hpp>

namespace kernel {

// `thread` is ready; its `fault` says what happened.
void raise_fault(Thread& thread);

// Whoever had the fault answered. The thread is in no queue.
void end_fault(Thread& thread, abi::FaultReply decision);

// Whoever had the fault cannot answer. The thread is in no queue.
void fault_refused(Thread& thread);

}  // namespace kernel
