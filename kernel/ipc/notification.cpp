// SPDX-License-Identifier: MIT
#include <ipc/notification.hpp>
#include <sched/kernel.hpp>

namespace kernel {

void finish_with_bits(Thread& thread, u64 bits) {
  thread.finish(abi::MessageInfo::received(0, 0, abi::Kind::notification));
  thread.context.set_badge(bits);
}

void signal(Notification& notification, u64 bits) {
  notification.add_bits(bits);
  if (notification.bits == 0) return;
  Thread* receiver = notification.bound;
  if (receiver != nullptr && receiver->state == ThreadState::receiving) {
    if (receiver->time == nullptr) return;  // a passive server runs for callers only
    receiver->queued_on->dequeue(*receiver);
  } else if (receiver = notification.first_waiter(); receiver != nullptr) {
    notification.dequeue(*receiver);
  } else {
    return;
  }
  finish_with_bits(*receiver, notification.take_bits());
  core.scheduler.make_ready(*receiver);
}

void wait(Thread& thread, Notification& notification, Patience patience) {
  if (notification.bits != 0) {
    finish_with_bits(thread, notification.take_bits());
  } else if (patience == Patience::no_wait) {
    thread.finish(abi::Error::would_block);
  } else {
    core.scheduler.withdraw(thread);
    notification.enqueue(thread);
  }
}

}  // namespace kernel
