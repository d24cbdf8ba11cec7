// SPDX-License-Identifier: MIT
#include <sched/debug_registers.hpp>

namespace kernel {

void exchange_debug_registers(Kernel& state, const Thread& next) {
  const Thread* watched = next.is_watched ? &next : nullptr;
  if (watched == state.watched) return;
  if (watched != nullptr)
    machine::load_debug_registers(next.debug_registers);
  else
    machine::switch_debug_registers_off();
  state.watched = watched;
}

void reset_debug_registers(Thread& thread) {
  thread.debug_registers = {};
  debug_registers_changed(thread);
}

void debug_registers_changed(Thread& thread) {
  thread.is_watched = thread.debug_registers.are_in_use();
  // What the CPU holds of it is out of date.
  if (core.watched != &thread) return;
  machine::switch_debug_registers_off();
  core.watched = nullptr;
}

}  // namespace kernel
