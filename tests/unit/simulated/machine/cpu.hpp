// SPDX-License-Identifier: MIT
// A CPU whose counter moves when the test says so.
#pragma once

#include <simulated/state.hpp>

namespace kernel::machine {

using base::u64;

inline void initialise_cpu() {}
inline u64 counter() { return simulated::machine.now; }
inline u64 counter_frequency() { return simulated::Machine::counter_frequency; }
inline void set_alarm(u64 at) { simulated::machine.alarm = at; }
inline bool interrupt_pending() { return simulated::machine.interrupt_pending(); }
inline void wait_for_interrupt() { simulated::machine.wait_for_interrupt(); }

}  // namespace kernel::machine
