// SPDX-License-Identifier: MIT
// Time as programs see it: a counter that never stops, and timers that signal when it reaches a
// value.
#pragma once

#include <libipc/invoke.hpp>
#include <libipc/process/slots.hpp>

namespace ipc {

// How many ticks of the counter the nanoseconds are, rounded down.
[[nodiscard]] inline u64 ticks_in(u64 nanoseconds) {
  constexpr u64 second = 1'000'000'000;
  const u64 frequency = machine::counter_frequency();
  return nanoseconds / second * frequency + nanoseconds % second * frequency / second;
}

// And how many nanoseconds the ticks take.
[[nodiscard]] inline u64 nanoseconds_in(u64 ticks) {
  constexpr u64 second = 1'000'000'000;
  const u64 frequency = machine::counter_frequency();
  return ticks / frequency * second + ticks % frequency * second / frequency;
}

// Nanoseconds since 1970-01-01 00:00 UTC, in steps of the counter and as right as the machine's
// clock was at its start, to a second; 0: the machine has none. For processes.
[[nodiscard]] inline u64 wall_clock() {
  const u64 epoch = process_page().epoch;
  return epoch == 0 ? 0 : epoch + nanoseconds_in(machine::counter());
}

// One signal at `deadline`, in ticks; replaces an earlier deadline. The one that it replaces, or 0.
[[gnu::always_inline]] inline abi::Result<u64> set_timer(Cap<Timer> timer, u64 deadline) {
  return TRY(invoke(timer, abi::timer::Set{.deadline = deadline})).replaced;
}

// No signal any more. The deadline that there was, or 0.
inline abi::Result<u64> stop_timer(Cap<Timer> timer) { return set_timer(timer, 0); }

// Whom a Timer or an IrqHandler signals; an empty capability: nobody.
template <class Source>
abi::Status set_target(Cap<Source> source, Cap<Notification> notification) {
  if constexpr (Source::type == abi::ObjectType::timer)
    return invoke(source, abi::timer::Configure{.notification = notification.at()}).error();
  else
    return invoke(source, abi::irq_handler::Configure{.notification = notification.at()}).error();
}

// The device has been served: its interrupt may come again.
[[gnu::always_inline]] inline abi::Status acknowledge(Cap<IrqHandler> handler) {
  return invoke(handler, abi::irq_handler::Acknowledge{}).error();
}

}  // namespace ipc
