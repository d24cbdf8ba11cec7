// SPDX-License-Identifier: MIT
#include <object/thread.hpp>

namespace kernel {

Thread::Thread() : Object(ObjectType::thread) {
  for (Slot& slot : kept_) slot.set_keeper(this);
}

void Thread::kept_changed(Slot& slot) {
  const bool empty = slot.is_empty();
  switch (static_cast<Kept>(&slot - kept_.data())) {
    case Kept::cspace: cspace_ = empty ? CSpace{} : CSpace{slot.cap.object<CNode>()}; break;
    case Kept::vspace:
      space_ = empty ? machine::SpaceWord{} : machine::space_word(slot.data, slot.cap.physical());
      set_detour(detour::no_space, empty);
      break;
    case Kept::buffer:
      if (empty) buffer_ = nullptr;
      break;
    case Kept::upcall:
      if (!empty) break;
      upcall_frame = nullptr;
      posted = 0;
      set_detour(detour::posted, false);
      foreign = abi::thread::Foreign::off;
      break;
    case Kept::pager:
    case Kept::handler:
    case Kept::time: break;
  }
}

void Thread::finish(abi::MessageInfo info) {
  context.clear_message();
  context.set_info(info.raw);
  forget_progress();
}

}  // namespace kernel
