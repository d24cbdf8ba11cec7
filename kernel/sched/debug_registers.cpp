// SPDX-License-Identifier: MIT
#include <sched/debug_registers.hpp>

namespace kernel {

void load_debug_registers(const Thread& next) {
  if (core.watched == &next) return;
  machine::load_debug_registers(next.debug_registers);
  core.watched = &next;
}

void reset_debug_registers(Thread& thread) {
  thread.debug_registers = {};
  debug_registers_changed(thread);
}

void debug_registers_changed(Thread& thread) {
  const bool in_use = thread.debug_registers.are_in_use();
  thread.set_detour(detour::watched, in_use);
  thread.cpu_state &= ~cpu_state::watched;
  if (in_use) thread.cpu_state |= cpu_state::watched;
  // What the CPU holds of it is out of date.
  if (core.watched == &thread) drop_debug_registers(core);
}

}  // namespace kernel
