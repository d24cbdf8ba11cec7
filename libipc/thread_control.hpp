// SPDX-License-Identifier: MIT
// What a thread knows of itself, found through the thread pointer.
#pragma once

#include <abi/message.hpp>
#include <libipc/machine.hpp>

namespace ipc {

// Lies in memory that the thread can read and write for as long as it lives. Threads that are made
// by a program start at `thread_start` with the address of this block as their argument.
struct ThreadControl {
  abi::IpcBuffer* buffer = nullptr;
  void (*function)(void* argument) = nullptr;
  void* argument = nullptr;
};

[[gnu::always_inline]] inline ThreadControl& this_thread() {
  return *static_cast<ThreadControl*>(machine::thread_pointer());
}

// This thread's IPC buffer. Messages of up to eight words and without capabilities never touch it.
[[gnu::always_inline]] inline abi::IpcBuffer& buffer() { return *this_thread().buffer; }

// The first instructions of every thread but a program's first: sets the thread pointer to the
// block in the first register and calls its function, which must not return.
extern "C" void thread_start(ThreadControl* control);

}  // namespace ipc
