// SPDX-License-Identifier: MIT
#include <debug/trace.hpp>
#include <machine/cpu.hpp>

namespace kernel {

void Trace::record(EventKind kind, const Thread* thread, u64 first, u64 second) {
  events_[end_ % events_.size()] = {.counter = machine::counter(),
                                    .thread = abi::inspector::Id{reinterpret_cast<u64>(thread)},
                                    .kind = kind,
                                    .details = {first, second}};
  ++end_;
}

void Trace::record_trap(machine::TrapKind kind, const Thread& thread, u64 first, u64 second) {
  switch (kind) {
    case machine::TrapKind::system_call:
      record(EventKind::system_call, &thread, first, second);
      break;
    case machine::TrapKind::floating_point: record(EventKind::floating_point, &thread); break;
    case machine::TrapKind::fault: record(EventKind::fault, &thread, first, second); break;
    case machine::TrapKind::interrupt:
    case machine::TrapKind::impossible: break;
  }
}

}  // namespace kernel
