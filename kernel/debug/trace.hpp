// SPDX-License-Identifier: MIT
// The trace ring: the last events on the long way into the kernel, for the Inspector and for
// panics. Where it is off, it costs one load and one branch.
#pragma once

#include <abi/object/inspector.hpp>
#include <array>
#include <configuration.hpp>
#include <machine/trap.hpp>
#include <object/thread.hpp>

namespace kernel {

using abi::inspector::Event;
using abi::inspector::EventKind;
using abi::inspector::TraceMode;

class Trace {
 public:
  [[nodiscard]] TraceMode mode() const { return mode_; }
  void set_mode(TraceMode mode) { mode_ = mode; }

  [[nodiscard]] bool is_on() const { return mode_ != TraceMode::off; }

  // `thread` ran when it happened. Null: none did.
  void record(EventKind kind, const Thread* thread, u64 first = 0, u64 second = 0);

  // The event that goes with a trap, if any does: which interrupt it was is known later.
  void record_trap(machine::TrapKind kind, const Thread& thread, u64 first, u64 second);

  // Events have the numbers 0.. in the order in which they happened; the ring holds the last ones,
  // from oldest() to end(), which is the number of the next.
  [[nodiscard]] u64 end() const { return end_; }
  [[nodiscard]] u64 oldest() const { return end_ < events_.size() ? 0 : end_ - events_.size(); }
  [[nodiscard]] const Event& event(u64 number) const { return events_[number % events_.size()]; }

 private:
  TraceMode mode_ = checking ? TraceMode::long_way : TraceMode::off;
  u64 end_ = 0;
  std::array<Event, abi::inspector::trace_capacity> events_{};
};

inline constinit Trace trace;

}  // namespace kernel
