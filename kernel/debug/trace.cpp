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

}  // namespace kernel
