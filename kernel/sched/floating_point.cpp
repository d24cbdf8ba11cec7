// SPDX-License-Identifier: MIT
#include <sched/floating_point.hpp>

namespace kernel {

void take_floating_point(Thread& thread) {
  use_floating_point(core, true);
  own_floating_point(core, thread);
  thread.eager_switches = eager_switches;
  thread.cpu_state |= cpu_state::eager;
  core.cpu_state = thread.cpu_state;
}

void disown_floating_point(Thread& thread) {
  thread.cpu_state &= ~(cpu_state::floating_point | cpu_state::eager);
  if (core.floating_point_owner == &thread) core.floating_point_owner = nullptr;
}

void reset_floating_point(Thread& thread) {
  disown_floating_point(thread);
  thread.floating_point = {};
}

}  // namespace kernel
