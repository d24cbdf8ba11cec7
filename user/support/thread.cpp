// SPDX-License-Identifier: MIT
#include <user/support/thread.hpp>

namespace support {

abi::Result<ThreadParts> make_thread(Memory& memory, ipc::Cap<ipc::VSpace> vspace,
                                     ipc::Owned<ipc::Frame> block, const ThreadSetting& setting) {
  ThreadParts parts;
  parts.thread = TRY(memory.make<ipc::Thread>());
  parts.time = TRY(memory.make<ipc::SchedContext>());
  TRY(ipc::invoke(parts.thread.get(),
                  abi::thread::Configure{.cspace = setting.cspace.at(),
                                         .vspace = vspace.at(),
                                         .buffer = block.at(),
                                         .buffer_offset = ThreadBlock::buffer_offset,
                                         .pager = setting.pager.at(),
                                         .handler = setting.handler.at(),
                                         .sched_context = parts.time.at()}));
  TRY(ipc::invoke(parts.thread.get(), abi::thread::SetPriority{.priority = setting.priority}));
  TRY(ipc::invoke(parts.thread.get(), setting.foreign));
  parts.block = std::move(block);
  return parts;
}

abi::Status dispatch(const ThreadParts& parts) {
  const ThreadBlock place{parts.base};
  return ipc::invoke(parts.thread.get(),
                     abi::thread::Dispatch{.entry = reinterpret_cast<u64>(&ipc::thread_start),
                                           .stack = place.stack_top(),
                                           .argument = place.control()})
      .error();
}

abi::Result<ThreadParts> start_thread(AddressSpace& space, ThreadFunction function, void* argument,
                                      const ThreadSetting& setting) {
  const ThreadBlock place{TRY(space.reserve(ThreadBlock::size))};
  ipc::Owned<ipc::Frame> block = TRY(space.map_new(place.base, ThreadBlock::size_bits, read_write));
  ThreadParts parts = TRY(make_thread(space.memory(), space.vspace(), std::move(block), setting));
  *reinterpret_cast<ipc::ThreadControl*>(place.control()) = {
      .buffer = reinterpret_cast<abi::IpcBuffer*>(place.buffer()),
      .function = function,
      .argument = argument};
  parts.base = place.base;
  TRY(dispatch(parts));
  return parts;
}

}  // namespace support
