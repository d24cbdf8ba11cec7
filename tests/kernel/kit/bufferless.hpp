// SPDX-License-Identifier: MIT
// A thread without an IPC buffer, in the test's own address space and CSpace.
#pragma once

#include <tests/kernel/kit/worker.hpp>

namespace kit {

class Bufferless {
 public:
  explicit Bufferless(Context& t) : place_{t.need(t.space().reserve(support::ThreadBlock::size))} {
    block_ = t.need(
        t.space().map_new(place_.base, support::ThreadBlock::size_bits, support::read_write));
    thread_ = t.make<ipc::Thread>();
    t.need(ipc::invoke(thread_,
                       abi::thread::Configure{.cspace = abi::root_slot::cspace,
                                              .vspace = abi::root_slot::vspace,
                                              .pager = t.fixture().faults.at(),
                                              .handler = t.fixture().faults.at(),
                                              .sched_context = t.make<ipc::SchedContext>().at()}));
    t.need(ipc::invoke(thread_, abi::thread::SetPriority{.priority = test_priority}));
  }

  void start(Context& t, void (*function)(void*), void* argument) {
    auto* control = reinterpret_cast<ipc::ThreadControl*>(place_.control());
    *control = {.function = function, .argument = argument};
    t.need(ipc::invoke(thread_,
                       abi::thread::Dispatch{.entry = reinterpret_cast<u64>(&ipc::thread_start),
                                             .stack = place_.stack_top(),
                                             .argument = place_.control()}));
  }

  [[nodiscard]] Cap<ipc::Thread> thread() const { return thread_; }

 private:
  support::ThreadBlock place_;
  Owned<ipc::Frame> block_;
  Cap<ipc::Thread> thread_;
};

}  // namespace kit
