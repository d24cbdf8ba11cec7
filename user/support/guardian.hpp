// SPDX-License-Identifier: MIT
// The guardian: a second thread of a root program that receives the first one's faults. Nobody else
// is there who could say that the first process has crashed: it prints a report and ends the
// machine with the status 139.
#pragma once

#include <user/support/environment.hpp>

namespace support {

inline constexpr u64 status_crashed = 139;

// Makes it from the program's memory. When this returns, it watches over the calling thread, which
// is the program's first.
abi::Status start_guardian(Environment& environment);

}  // namespace support
