// SPDX-License-Identifier: MIT
// Bits that arrive without waiting.
#pragma once

#include <ipc/rendezvous.hpp>

namespace kernel {

// Sets the bits; one thread that waits for them, or receives while bound and has time, goes on with
// all of them.
void signal(Notification& notification, u64 bits);

// Signals through a capability that an object keeps for that; an empty slot says nothing.
inline void raise(const Slot& target) {
  if (!target.is_empty()) signal(*target.cap.object<Notification>(), target.data);
}

// `thread` (ready) takes all bits, or waits, or fails with would_block.
void wait(Thread& thread, Notification& notification, Patience patience);

// The thread's system call ends with these bits, as a notification.
void finish_with_bits(Thread& thread, u64 bits);

}  // namespace kernel
