// SPDX-License-Identifier: MIT
#include <syscall/lookup.hpp>

namespace kernel {

using abi::Error;

abi::Result<Slot*> find_capability(const Thread& caller, abi::CapPtr address, ObjectType type,
                                   Rights rights) {
  Slot* slot = caller.cspace().find(address);
  if (slot == nullptr || slot->is_empty()) return Error::invalid_capability;
  if (slot->cap.type() != type) return Error::wrong_object;
  if (!slot->cap.rights().has(rights)) return Error::denied;
  return slot;
}

abi::Result<Slot*> find_place(Slot& cnode, u64 index, Rights rights) {
  if (!cnode.cap.rights().has(rights)) return Error::denied;
  auto* object = cnode.cap.object<CNode>();
  if (index >= object->size()) return Error::out_of_range;
  return &object->slot(index);
}

abi::Result<Slot*> find_source(const Thread& caller, abi::SlotName name, Rights rights) {
  Slot* slot = nullptr;
  if (name.cnode().value() == 0) {
    slot = caller.cspace().find(abi::CapPtr{name.index()});
  } else {
    Slot* cnode = TRY(find_capability(caller, name.cnode(), ObjectType::cnode, rights));
    slot = TRY(find_place(*cnode, name.index(), rights));
  }
  if (slot == nullptr || slot->is_empty()) return Error::invalid_capability;
  return slot;
}

}  // namespace kernel
