// SPDX-License-Identifier: MIT
#include <ipc/upcall.hpp>

namespace kernel {

void post(Thread& thread, u64 bits) {
  thread.posted |= bits;
  thread.set_detour(detour::posted, thread.posted != 0);
}

u64 take_posted(Thread& thread) {
  const u64 bits = thread.posted;
  thread.posted = 0;
  thread.set_detour(detour::posted, false);
  return bits;
}

void deliver_posted(Thread& thread) {
  abi::UpcallFrame& frame = *thread.upcall_frame;
  if (frame.busy != 0) {
    frame.held = 1;
    return;
  }
  if (thread.is_interrupted()) return;
  frame.busy = 1;
  frame.reason = abi::UpcallReason::posted;
  frame.bits = take_posted(thread);
  thread.context.enter_upcall(frame, thread.upcall_entry);
}

void leave_upcall(Thread& thread) {
  thread.context.leave_upcall(*thread.upcall_frame);
  thread.upcall_frame->busy = 0;
}

}  // namespace kernel
