// SPDX-License-Identifier: MIT
// The system calls of abi/syscall.hpp.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// `caller` is the running thread; `number` is the immediate of its `svc`. True: another thread runs
// already, and the CPU is set up for it.
bool system_call(Thread& caller, u32 number);

// A call on an object that is no endpoint: performs the method that the label names.
void invoke_object(Thread& caller, Slot& target);

}  // namespace kernel
