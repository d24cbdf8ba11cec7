// SPDX-License-Identifier: MIT
// The system calls: the number is the immediate of the `svc` instruction.
//
// Registers (aarch64), in:   x0..x7 message words, x10 the capability (low half) and, where a Reply
//                            is to be bound for receiving, its capability (upper half), x11 info.
//                      out:  x0..x7 message words, x10 badge or notification bits, x11 info.
// x19..x30, SP, TPIDR_EL0 and the FP registers survive; x8, x9, x12..x18, and the flags do not.
// `foreign` and `upcall_return` are apart: they keep what they do not name.
#pragma once

#include <abi/types.hpp>

namespace abi {

enum class Syscall : u32 {
  foreign = 0,         // left to programs of another ABI
  call = 1,            // send, then wait for the answer; on a kernel object: invoke a method
  reply_recv = 2,      // answer on the bound Reply, bind the one named (none: keep), receive
  send = 3,            // send without waiting for an answer; on a Reply: answer it
  recv = 4,            // bind the Reply named (none: keep), receive
  try_call = 5,        // as call, but `would_block` unless a receiver waits
  try_reply_recv = 6,  // as reply_recv, but `would_block` unless a sender waits
  try_send = 7,        // as send, but `would_block` unless a receiver waits
  try_recv = 8,        // as recv, but `would_block` unless a sender waits
  signal = 9,          // set the capability's bits in a notification
  wait = 10,           // take all bits of a notification, waiting until there are any
  poll = 11,           // take all bits of a notification, or `would_block`
  yield = 12,          // let others of the same priority run
  upcall_return = 13,  // leave the upcall handler; all registers survive (abi/upcall.hpp)
};

inline constexpr u32 syscall_count = 14;

}  // namespace abi
