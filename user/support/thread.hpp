// SPDX-License-Identifier: MIT
// Threads in the program's own address space.
#pragma once

#include <abi/object/thread.hpp>
#include <libipc/thread_control.hpp>
#include <user/support/environment.hpp>

namespace support {

// The memory of one thread, the same in every address space:
//
//   base              ... stack grows down ...          base + 28 KiB            base + 32 KiB
//   | stack                                            | IPC buffer, control  |
//
// The page below stays unmapped.
struct ThreadBlock {
  static constexpr unsigned size_bits = 15;
  static constexpr u64 size = u64{1} << size_bits;
  static constexpr u64 buffer_offset = size - base::page_size;
  static constexpr u64 control_offset = buffer_offset + abi::ipc_buffer_size;

  u64 base = 0;

  [[nodiscard]] u64 stack_top() const { return base + buffer_offset; }
  [[nodiscard]] u64 buffer() const { return base + buffer_offset; }
  [[nodiscard]] u64 control() const { return base + control_offset; }
};

using ThreadFunction = void (*)(void* argument);

// What a thread runs with beside its memory. Capabilities that are not named stay empty.
struct ThreadSetting {
  ipc::Cap<ipc::CNode> cspace{abi::root_slot::cspace};
  abi::Priority priority{128};
  ipc::Cap<ipc::Endpoint> pager;
  ipc::Cap<ipc::Endpoint> handler;
  abi::thread::SetForeign foreign{};  // what `svc #0` means to it
};

// The capabilities that make up a thread. When it goes, the thread goes.
struct ThreadParts {
  u64 base = 0;  // of its block, in its address space
  ipc::Owned<ipc::Thread> thread;
  ipc::Owned<ipc::SchedContext> time;
  ipc::Owned<ipc::Frame> block;
};

// The thread's kernel objects, configured for an address space in which its block is mapped.
abi::Result<ThreadParts> make_thread(Memory& memory, ipc::Cap<ipc::VSpace> vspace,
                                     ipc::Owned<ipc::Frame> block, const ThreadSetting& setting);

// Starts a thread that does not run, from the beginning, with what its control block says.
abi::Status dispatch(const ThreadParts& parts);

// A thread in `space`, which is the caller's own, that runs `function(argument)`; it must not
// return.
abi::Result<ThreadParts> start_thread(AddressSpace& space, ThreadFunction function, void* argument,
                                      const ThreadSetting& setting);

}  // namespace support
