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

  // Counts what has happened, and keeps it as an event. The thread ran at that time; null: none
  // did.
  void note_trap(machine::TrapKind kind, const Thread& thread, u64 first, u64 second);
  void note_interrupt(const Thread* thread, u64 number);
  void note_switch(const Thread& from, const Thread& to);

  // How often, while it was on.
  [[nodiscard]] u64 traps(machine::TrapKind kind) const { return traps_[static_cast<u64>(kind)]; }
  [[nodiscard]] u64 thread_switches() const { return thread_switches_; }

  // Events have the numbers 0.. in the order in which they happened; the ring holds the last ones,
  // from oldest() to end(), which is the number of the next.
  [[nodiscard]] u64 end() const { return end_; }
  [[nodiscard]] u64 oldest() const { return end_ < events_.size() ? 0 : end_ - events_.size(); }
  [[nodiscard]] const Event& event(u64 number) const { return events_[number % events_.size()]; }

 private:
  void record(EventKind kind, const Thread* thread, u64 first, u64 second);

  TraceMode mode_ = checking ? TraceMode::long_way : TraceMode::off;
  u64 end_ = 0;
  std::array<u64, machine::trap_kinds> traps_{};
  u64 thread_switches_ = 0;
  std::array<Event, abi::inspector::trace_capacity> events_{};
};

inline constinit Trace trace;

}  // namespace kernel
