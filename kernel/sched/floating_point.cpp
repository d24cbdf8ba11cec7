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

void release_floating_point(Thread& thread) {
  if (core.floating_point_owner != &thread) return;
  machine::set_floating_point(true);
  machine::save_floating_point(&thread.floating_point);
  machine::set_floating_point((core.cpu_state & cpu_state::floating_point) != 0);
  disown_floating_point(thread);
}

}  // namespace kernel
