// SPDX-License-Identifier: MIT
// From one thread's registers and IPC buffer into another's.
#pragma once

#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

// Whether a message with this info can go from one thread to the other. Errors are the sender's:
// bad_argument (malformed, or it has no IPC buffer), too_big (the receiver has none).
abi::Error check_travel(const Thread& from, const Thread& to, abi::MessageInfo info);

// What the receiver learns beside the words.
struct Envelope {
  abi::Kind kind;
  u64 badge;
  bool may_grant;           // capabilities travel; else they are left out
  const Endpoint* through;  // a capability to this very endpoint is unwrapped; null: a reply
};

// check_travel() holds. The receiver's system call has its outcome after this.
void transfer(Thread& from, Thread& to, abi::MessageInfo info, Envelope envelope);

// The same for a trap of `from`: the words of a fault are made up, those of a foreign call are its
// registers.
void transfer_trap(Thread& from, Thread& to, Outgoing message);

}  // namespace kernel
