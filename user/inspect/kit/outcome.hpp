// SPDX-License-Identifier: MIT
// Waiting for a process, for those commands that do it.
#pragma once

#include <user/inspect/kit/machine.hpp>

namespace inspect {

// Waits, says how it ended, and what it used. What the program's status shall be.
int print_end(const ipc::Process& process, bool json);

}  // namespace inspect
