// SPDX-License-Identifier: MIT
// Sender and receiver meet at an endpoint; a caller hangs on a Reply until it is answered.
//
// Every function here gives each thread that it lets go on the outcome of its system call, and
// leaves each thread that has to wait in exactly one queue or on exactly one Reply.
#pragma once

#include <object/endpoint.hpp>
#include <object/thread.hpp>

namespace kernel {

enum class Patience { wait, no_wait };

// `again`: stop here, look for interrupts, and repeat the system call; nothing is lost.
enum class Outcome { done, again };

// `sender` (ready, its message in its registers, or a fault in `fault`) sends. Returns an error if
// the message was refused at once; the sender is as it was then, and hears of it from the caller.
// Else it goes on, or waits: in the queue, or for an answer.
abi::Error send(Thread& sender, Endpoint& endpoint, Outgoing message, Patience patience);

// `receiver` (ready) receives. At most a bounded number of senders that cannot be received are
// refused on the way.
Outcome receive(Thread& receiver, Endpoint& endpoint, Patience patience);

// Refuses what stands before the first sender that `receiver` can take, `has_reply`: a Reply for
// callers to hang on. A server that receives after an answer does this before it: it may have no
// time left afterwards to repeat anything in.
Outcome refuse_unsuitable_senders(Thread& receiver, Endpoint& endpoint, bool has_reply);
inline Outcome refuse_unsuitable(Thread& receiver, Endpoint& endpoint, bool has_reply) {
  if (endpoint.first_sender() == nullptr) return Outcome::done;
  return refuse_unsuitable_senders(receiver, endpoint, has_reply);
}

// The registers of `server` answer whoever hangs on the Reply, with capabilities if its info says
// so. check_answer() holds.
void answer(Thread& server, Reply& reply);

// Errors: gone (nobody hangs there), or as check_travel().
abi::Error check_answer(const Thread& server, const Reply& reply);

}  // namespace kernel
