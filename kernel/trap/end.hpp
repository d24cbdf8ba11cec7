// SPDX-License-Identifier: MIT
// The system ends when nobody is left who could do anything.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// Null: there is no such thread.
inline bool has_stopped(const Thread* thread) {
  return thread != nullptr && thread->state == ThreadState::faulted;
}

// The first process has stopped at a fault: without it nobody can be told, and nothing be saved.
[[noreturn]] void end_with_first_fault(const Thread& thread);

// No thread can run, and no interrupt wakes one.
[[noreturn]] void end_with_nothing_to_run();

}  // namespace kernel
