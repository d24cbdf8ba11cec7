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
      break;
    case Kept::buffer:
      if (empty) buffer_ = nullptr;
      break;
    case Kept::pager:
    case Kept::handler:
    case Kept::time: break;
  }
}

void Thread::finish(abi::Error error) {
  context.set_info(error == abi::Error::none
                       ? abi::MessageInfo::received(0, 0, abi::Kind::reply).raw
                       : abi::MessageInfo::failed(error).raw);
  context.set_badge(0);
  for (unsigned i = 0; i < abi::register_words; ++i) context.set_message_word(i, 0);
  context.clear_dead();
  progress = {};
}

}  // namespace kernel
