// SPDX-License-Identifier: MIT
#include <life/removal.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>
#include <syscall/lookup.hpp>
#include <syscall/signal_source.hpp>

namespace kernel {

abi::Status configure_target(Invocation& invocation, Slot& target, abi::CapPtr notification) {
  Slot* source = nullptr;
  if (notification != abi::CapPtr{})
    source = TRY(find_capability(invocation.caller, notification, ObjectType::notification,
                                 abi::notification_right::signal));

  if (!remove_step(target)) {
    invocation.again = true;
    return {};
  }
  if (source != nullptr) copy_below(core.spaces, *source, target, unmapped_copy(*source));
  // What it held may have been the last of its notification. Repeating all this is harmless.
  invocation.again = !finish_endings();
  return {};
}

}  // namespace kernel
