// SPDX-License-Identifier: MIT
#include <object/references.hpp>

namespace kernel {

Object* object_of(Capability cap) {
  switch (cap.type()) {
    case ObjectType::thread:
      return cap.object<Thread>();  // not at the same address: the registers come first
    case ObjectType::cnode:
    case ObjectType::endpoint:
    case ObjectType::notification:
    case ObjectType::reply:
    case ObjectType::sched_context:
    case ObjectType::timer:
    case ObjectType::irq_handler: return cap.object<Object>();
    case ObjectType::null:
    case ObjectType::untyped:
    case ObjectType::frame:
    case ObjectType::page_table:
    case ObjectType::vspace:
    case ObjectType::irq_control:
    case ObjectType::inspector:
    case ObjectType::platform: return nullptr;
  }
  return nullptr;
}

bool is_copyable(Capability cap) {
  return !cap.is_null() && cap.type() != ObjectType::untyped &&
         cap.type() != ObjectType::page_table;
}

void add_reference(AddressSpaces& spaces, const Slot& slot) {
  if (slot.cap.type() == ObjectType::vspace) {
    ++spaces[slot.data].references;
  } else if (Object* object = object_of(slot.cap)) {
    object->add_reference();
  }
}

Derived unmapped_copy(const Slot& source) {
  return {source.cap.without_anchor(), source.cap.type() == ObjectType::frame ? 0 : source.data};
}

void copy_beside(AddressSpaces& spaces, Slot& source, Slot& target, Derived derived) {
  if (source.cap.is_anchor()) {
    copy_below(spaces, source, target, derived);
    return;
  }
  target.become_sibling(source, derived.cap, derived.data);
  add_reference(spaces, target);
}

void copy_below(AddressSpaces& spaces, Slot& source, Slot& target, Derived derived) {
  target.become_child(source, derived.cap, derived.data);
  if (source.cap.is_anchor()) source.home()->set_unreferenced(source, false);
  add_reference(spaces, target);
}

}  // namespace kernel
