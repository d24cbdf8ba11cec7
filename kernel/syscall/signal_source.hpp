// SPDX-License-Identifier: MIT
// Objects that signal a notification by themselves keep a child of its capability, in a slot of
// their own. Revoking takes it away; they are silent then.
#pragma once

#include <syscall/invocation.hpp>

namespace kernel {

// Fills `target`, that slot of the invoked object, from the caller's capability `notification`
// (right signal; 0: nothing) instead of what it holds. May ask for a repetition of the call.
abi::Status configure_target(Invocation& invocation, Slot& target, abi::CapPtr notification);

}  // namespace kernel
