// SPDX-License-Identifier: MIT
// Runs tests and reports them in the Test Anything Protocol on the serial port.
//
//   runner (this thread, above all)          test (a new thread for each)
//     make memory and thread  ------------->   runs
//     wait for a message      <-------------   "over", or a fault that the kernel sends
//                             <-------------   "nothing moves": from the watcher, a thread of the
//     take all back, check the ledger          lowest priority, which runs when all others wait
//
// Everything that a test makes comes from one Untyped, the arena, which is revoked after it. The
// ledger then has to be what it was: the arena whole, no slot taken, no other memory used.
#pragma once

#include <tests/kernel/kit/test.hpp>

namespace kit {

// Runs the tests whose names start with one of the arguments (none: all). `seed=N` chooses other
// random sequences. The status for `main`: 0 if all passed, 1 if not, 2 if there was nothing to
// run.
int run(std::span<const Table> tables, int argc, char** argv);

}  // namespace kit
