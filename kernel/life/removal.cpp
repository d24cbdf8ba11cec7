// SPDX-License-Identifier: MIT
#include <ipc/cancel.hpp>
#include <ipc/notification.hpp>
#include <life/kept.hpp>
#include <life/removal.hpp>
#include <life/teardown.hpp>
#include <machine/cpu.hpp>
#include <memory/page_map.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

constexpr unsigned senders_per_step = 32;

// True: the Frame is mapped nowhere. Each step moves the window's start past what it has swept, so
// an interrupted sweep goes on where it stopped.
bool unmap_step(Slot& slot) {
  const Binding binding = Binding::from_raw(slot.data);
  const Window window = slot.window();
  if (!core.spaces.is_current(binding) || window.start == window.end) return true;
  const PhysRun run{slot.cap.physical(), u64{1} << slot.cap.bits()};
  PageMap map{binding.number(), core.spaces[binding.number()].root};
  const Step step = map.remove(window.start, window.end, run);
  slot.set_window({step.reached < window.end ? step.reached : window.end, window.end});
  return step.reached >= window.end;
}

void take_table_out(const Slot& slot) {
  const Binding binding = Binding::from_raw(slot.data);
  if (!core.spaces.is_current(binding)) return;
  PageMap map{binding.number(), core.spaces[binding.number()].root};
  map.remove_table(slot.window().start, static_cast<unsigned>(slot.window().end),
                   slot.cap.physical());
}

void drop_space(u64 number) {
  if (--core.spaces[number].references != 0) return;
  // No thread keeps it, but the CPU may still use the tables of the last one that did.
  if (core.active_space == machine::space_word(number, core.spaces[number].root)) {
    machine::activate_no_address_space();
    core.active_space = {};
  }
  core.spaces.destroy(number);
}

// Nobody sends with the anchor's badge any more once `slot`, the last capability derived from it,
// is gone: whoever still waits to do so hears of it. Nobody begins to meanwhile. True: nobody is
// left.
bool wake_senders(Slot& slot, const Slot& anchor) {
  if (anchor.cap.type() != ObjectType::endpoint || anchor.data == 0) return true;
  slot.cap = slot.cap.reduced_to(abi::endpoint_right::receive);
  auto& endpoint = *anchor.cap.object<Endpoint>();
  for (unsigned i = 0; i < senders_per_step; ++i) {
    const Endpoint::Look look = endpoint.look_for(anchor.data);
    if (look.looked_through) return true;
    if (look.found == nullptr) continue;
    endpoint.dequeue(*look.found);
    disappoint(*look.found, abi::Error::gone);
  }
  return false;
}

void report_unreferenced(const Slot& anchor) {
  CNode& home = *anchor.home();
  home.set_unreferenced(anchor, true);
  raise(home.notification);
}

void drop_reference(const Slot& slot) {
  if (slot.cap.type() == ObjectType::vspace) {
    drop_space(slot.data);
    return;
  }
  Object* object = object_of(slot.cap);
  if (object == nullptr || !object->drop_reference()) return;
  object->next_to_end = core.ending;
  core.ending = object;
}

}  // namespace

bool remove_step(Slot& slot) {
  if (slot.is_empty()) return true;
  const ObjectType type = slot.cap.type();
  if (type == ObjectType::frame && !unmap_step(slot)) return false;
  if (type == ObjectType::page_table) take_table_out(slot);
  Slot* parent = slot.parent_of_only_child();
  Slot* anchor = parent != nullptr && parent->cap.is_anchor() ? parent : nullptr;
  if (anchor != nullptr && !wake_senders(slot, *anchor)) return false;
  Thread* keeper = slot.keeper();
  if (keeper != nullptr) before_kept_is_lost(*keeper, slot);
  if (slot.cap.is_anchor()) slot.home()->set_unreferenced(slot, false);
  drop_reference(slot);
  core.cursor.before_removal(slot);
  slot.clear();
  if (keeper != nullptr) after_kept_is_lost(*keeper, slot);
  if (anchor != nullptr) report_unreferenced(*anchor);
  return true;
}

bool revoke_step(Slot& slot) {
  // Removing a child hands its children on to `slot`: no descent is needed.
  if (Slot* child = slot.first_child()) remove_step(*child);
  return !slot.has_children();
}

bool finish_endings() {
  while (Object* object = core.ending) {
    core.ending = object->next_to_end;
    // A step may have put others on the list; what is not done goes in front of them.
    if (!teardown_step(*object)) {
      object->next_to_end = core.ending;
      core.ending = object;
    }
    if (core.ending != nullptr && machine::interrupt_pending()) return false;
  }
  return true;
}

}  // namespace kernel
