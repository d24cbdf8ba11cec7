// SPDX-License-Identifier: MIT
#include <debug/check.hpp>
#include <debug/panic.hpp>
#include <object/endpoint.hpp>

namespace kernel {

void check_thread(const Thread& thread) {
  require(thread.state == ThreadState::ready, "a thread that is not ready was chosen");
  require(thread.can_run(), "a thread without an address space was chosen");
  require(thread.time != nullptr && thread.time->user == &thread,
          "a thread runs on time that is not its own");
  require(
      thread.queued_on == nullptr && thread.waits_for == nullptr && thread.answered_by == nullptr,
      "a thread that runs is said to wait");
  thread.time->check();
  if (thread.bound_reply != nullptr) thread.bound_reply->check();
  if (thread.notification != nullptr) thread.notification->check();
}

}  // namespace kernel
