// SPDX-License-Identifier: MIT
#include <life/kept.hpp>
#include <object/references.hpp>
#include <sched/loan.hpp>

namespace kernel {

void keep(Thread& thread, Kept what, Slot& source) {
  Slot& slot = thread.kept(what);
  copy_below(core.spaces, source, slot, unmapped_copy(source));
  thread.kept_changed(slot);
  if (what == Kept::time) {
    auto* time = slot.cap.object<SchedContext>();
    return_borrowed(thread);
    time->home = &thread;
    core.scheduler.give_time(thread, *time);
  }
}

void before_kept_is_lost(Thread& thread, Slot& slot) {
  if (&slot != &thread.kept(Kept::time)) return;
  auto* time = slot.cap.object<SchedContext>();
  void_loans(*time);
  core.scheduler.take_time(*time);
  time->home = nullptr;
}

void after_kept_is_lost(Thread& thread, Slot& slot) {
  thread.kept_changed(slot);
  if (thread.can_run() || thread.state != ThreadState::ready) return;
  core.scheduler.withdraw(thread);
  thread.state = ThreadState::suspended;
}

}  // namespace kernel
