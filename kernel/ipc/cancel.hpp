// SPDX-License-Identifier: MIT
// Waits that end without their message.
#pragma once

#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

// Takes the thread out of whatever it waits in; its system call has failed with `error` (a fault
// has no outcome: it will happen again). The thread is not ready after this: that is the caller's
// to decide. Does nothing to a thread that does not wait.
void cancel_wait(Thread& thread, abi::Error error);

// The thread is out of all queues already. Its system call has failed with `error`, and it goes
// on; if it waited because of a fault, whoever else may handle that gets it.
void disappoint(Thread& thread, abi::Error error);

}  // namespace kernel
