// SPDX-License-Identifier: MIT
#include <sched/floating_point.hpp>

namespace kernel {

void take_floating_point(Thread& thread) {
  machine::set_floating_point(true);
  core.floating_point_usable = true;
  if (core.floating_point_owner != nullptr)
    machine::save_floating_point(&core.floating_point_owner->floating_point);
  machine::load_floating_point(&thread.floating_point);
  core.floating_point_owner = &thread;
}

void reset_floating_point(Thread& thread) {
  thread.floating_point = {};
  if (core.floating_point_owner == &thread) core.floating_point_owner = nullptr;
}

void release_floating_point(Thread& thread) {
  if (core.floating_point_owner != &thread) return;
  machine::set_floating_point(true);
  machine::save_floating_point(&thread.floating_point);
  machine::set_floating_point(core.floating_point_usable);
  core.floating_point_owner = nullptr;
}

}  // namespace kernel
