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

void Trace::note_trap(machine::TrapKind kind, const Thread& thread, u64 first, u64 second) {
  ++traps_[static_cast<u64>(kind)];
  switch (kind) {
    case machine::TrapKind::system_call:
      record(EventKind::system_call, &thread, first, second);
      break;
    case machine::TrapKind::floating_point: record(EventKind::floating_point, &thread, 0, 0); break;
    case machine::TrapKind::fault: record(EventKind::fault, &thread, first, second); break;
    case machine::TrapKind::interrupt:
    case machine::TrapKind::impossible: break;
  }
}

void Trace::note_interrupt(const Thread* thread, u64 number) {
  ++traps_[static_cast<u64>(machine::TrapKind::interrupt)];
  record(EventKind::interrupt, thread, number, 0);
}

void Trace::note_switch(const Thread& from, const Thread& to) {
  ++thread_switches_;
  record(EventKind::thread_switch, &from, reinterpret_cast<u64>(&to), 0);
}

}  // namespace kernel
