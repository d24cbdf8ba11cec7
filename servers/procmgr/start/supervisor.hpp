// SPDX-License-Identifier: MIT
// What the boot manifest names is started, and started again when it fails.
#pragma once

#include <servers/procmgr/process/process.hpp>

namespace procmgr {

// Starts everything in order. Error: a line of the manifest is wrong, or a module is missing; it
// has been said which.
abi::Status start_manifest();

void process_is_ready(Process& process);
// It has bound this one.
void process_has_notification(Process& process, CapPtr notification);
void process_has_ended(Process& process);

// Bits of procmgr's notification.
void take_signals(u64 bits);

}  // namespace procmgr
