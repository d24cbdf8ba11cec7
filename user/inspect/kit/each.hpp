// SPDX-License-Identifier: MIT
// What is done to several processes, one after the other.
#pragma once

#include <user/inspect/kit/machine.hpp>

namespace inspect {

// Opens each with this right and does it. Whatever cannot be done is told; the rest is done. The
// program's status.
int do_to_each(kit::Words pids, Rights right, abi::Status (ipc::Process::*what)() const);

}  // namespace inspect
