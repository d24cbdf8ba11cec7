// SPDX-License-Identifier: MIT
// Slots, their families, and the methods of CNode.
#include <algorithm>
#include <model/model.hpp>

namespace model {

namespace {

namespace right = abi::cnode_right;

std::vector<Slot*>::iterator place_in_family(Slot& slot) {
  return std::ranges::find(slot.family->members, &slot);
}

}  // namespace

void Model::become_root(Slot& slot, const Capability& cap, u64 data) {
  root_families_.push_back(std::make_unique<Family>());
  slot.cap = cap;
  slot.data = data;
  slot.family = root_families_.back().get();
  slot.family->members = {&slot};
}

void Model::become_child(Slot& parent, Slot& slot, const Capability& cap, u64 data) {
  slot.cap = cap;
  slot.data = data;
  slot.cap.is_anchor = false;
  slot.family = &parent.children;
  slot.family->members.insert(slot.family->members.begin(), &slot);
  if (parent.cap.is_anchor) parent.home->unreferenced.erase(parent.home->index_of(parent));
}

void Model::become_sibling(Slot& source, Slot& slot, const Capability& cap, u64 data) {
  if (mutation == Mutation::copies_are_children && cap.type == ObjectType::notification) {
    become_child(source, slot, cap, data);
    return;
  }
  // Beside an anchor nothing is copied: below it.
  if (source.cap.is_anchor) {
    become_child(source, slot, cap, data);
    return;
  }
  slot.cap = cap;
  slot.data = data;
  slot.family = source.family;
  slot.family->members.insert(place_in_family(source) + 1, &slot);
}

void Model::clear(Slot& slot) {
  auto& members = slot.family->members;
  auto place = members.erase(place_in_family(slot));
  for (Slot* child : slot.children.members) child->family = slot.family;
  members.insert(place, slot.children.members.begin(), slot.children.members.end());
  slot.children.members.clear();
  slot.cap = {};
  slot.data = 0;
  slot.binding = {};
  slot.window = {};
  slot.family = nullptr;
  slot.home = nullptr;
}

void Model::add_reference(const Slot& slot) {
  if (slot.cap.type == ObjectType::vspace) {
    ++spaces[slot.data].references;
  } else if (const auto found = objects.find(slot.cap.address); found != objects.end()) {
    if (found->second->type == slot.cap.type) ++found->second->references;
  }
}

bool Model::is_copyable(const Slot& slot) {
  return slot.cap.type != ObjectType::untyped && slot.cap.type != ObjectType::page_table;
}

Slot* Model::find(const Thread& thread, u64 address) {
  const Slot& root = thread.kept[kept_cspace];
  if (address == 0 || root.is_empty()) return nullptr;
  auto& roots = object<CNode>(root.cap);
  if (address >> 8 >= roots.size()) return nullptr;
  const Capability& leaf = roots.slots[address >> 8].cap;
  if (leaf.type != ObjectType::cnode || leaf.bits != abi::leaf_bits) return nullptr;
  return &object<CNode>(leaf).slots[address & 255];
}

Model::Found Model::find_capability(const Thread& caller, u64 address, ObjectType type,
                                    Rights rights) {
  Slot* slot = find(caller, address);
  if (slot == nullptr || slot->is_empty()) return {nullptr, Error::invalid_capability};
  if (slot->cap.type != type) return {nullptr, Error::wrong_object};
  if (!slot->cap.rights.has(rights)) return {nullptr, Error::denied};
  return {slot};
}

Model::Found Model::find_place(const Slot& cnode, u64 index, Rights rights) {
  if (!cnode.cap.rights.has(rights)) return {nullptr, Error::denied};
  auto& node = object<CNode>(cnode.cap);
  if (index >= node.size()) return {nullptr, Error::out_of_range};
  return {&node.slots[index]};
}

Model::Found Model::find_source(const Thread& caller, SlotName name, Rights rights) {
  Found found;
  if (name.cnode().value() == 0) {
    found.slot = find(caller, name.index());
  } else {
    const Found cnode = find_capability(caller, name.cnode().value(), ObjectType::cnode, rights);
    if (cnode.error != Error::none) return cnode;
    found = find_place(*cnode.slot, name.index(), rights);
    if (found.error != Error::none) return found;
  }
  if (found.slot == nullptr || found.slot->is_empty()) return {nullptr, Error::invalid_capability};
  return found;
}

Model::Found Model::find_target(const Slot& cnode, u64 index) {
  const Found found = find_place(cnode, index, right::insert);
  if (found.error == Error::none && !found.slot->is_empty()) return {nullptr, Error::occupied};
  return found;
}

Answer Model::perform(Thread& caller, Slot& target, const abi::cnode::Copy& request) {
  const Found source = find_source(caller, request.source, right::copy);
  if (source.error != Error::none) return source.error;
  const Found place = find_target(target, request.index);
  if (place.error != Error::none) return place.error;
  if (!is_copyable(*source.slot)) return Error::not_supported;
  Capability cap = source.slot->cap;
  cap.rights = cap.rights & request.rights;
  if (mutation == Mutation::copies_keep_rights && cap.type == ObjectType::frame)
    cap.rights = source.slot->cap.rights;
  const bool is_frame = cap.type == ObjectType::frame;
  become_sibling(*source.slot, *place.slot, cap, is_frame ? 0 : source.slot->data);
  add_reference(*place.slot);
  return {};
}

Answer Model::perform(Thread& caller, Slot& target, const abi::cnode::Mint& request) {
  const Found source = find_source(caller, request.source, right::copy);
  if (source.error != Error::none) return source.error;
  const Found place = find_target(target, request.index);
  if (place.error != Error::none) return place.error;
  if (!is_copyable(*source.slot)) return Error::not_supported;
  Capability cap = source.slot->cap;
  u64 data = source.slot->data;
  if (cap.type == ObjectType::frame) {
    if (request.data != 0) return Error::bad_argument;
    if (request.size_bits < 12 || request.size_bits > cap.bits) return Error::out_of_range;
    if (request.offset % (u64{1} << request.size_bits) != 0) return Error::bad_argument;
    if (request.offset >= u64{1} << cap.bits) return Error::out_of_range;
    cap.address += request.offset;
    cap.bits = static_cast<unsigned>(request.size_bits);
    data = 0;
  } else {
    if (request.offset != 0 || request.size_bits != 0) return Error::bad_argument;
    if (cap.type == ObjectType::endpoint) {
      if (!cap.rights.has(abi::endpoint_right::mint)) return Error::denied;
      if (data != 0) return Error::busy;
      data = request.data;
    } else if (cap.type == ObjectType::notification) {
      if (!cap.rights.has(abi::notification_right::mint)) return Error::denied;
      if ((request.data & ~data) != 0) return Error::denied;
      data = request.data;
    } else if (request.data != 0) {
      return Error::bad_argument;
    }
  }
  cap.rights = cap.rights & request.rights;
  become_child(*source.slot, *place.slot, cap, data);
  add_reference(*place.slot);
  return {};
}

Answer Model::perform(Thread& caller, Slot& target, const abi::cnode::Move& request) {
  if (request.source.cnode().value() == 0) return Error::denied;
  const Found found = find_source(caller, request.source, right::remove);
  if (found.error != Error::none) return found.error;
  const Found place = find_target(target, request.index);
  if (place.error != Error::none) return place.error;
  auto& node = object<CNode>(target.cap);
  Slot& from = *found.slot;
  Slot& to = *place.slot;
  if (from.cap.is_anchor && node.bits > abi::leaf_bits) return Error::not_supported;
  to.cap = from.cap;
  to.data = from.data;
  to.binding = from.binding;
  to.window = from.window;
  to.family = from.family;
  *place_in_family(from) = &to;
  to.children.members = from.children.members;
  for (Slot* child : to.children.members) child->family = &to.children;
  from.children.members.clear();
  from.cap = {};
  from.data = 0;
  from.binding = {};
  from.window = {};
  from.family = nullptr;
  if (to.cap.is_anchor) {
    from.home->unreferenced.erase(from.home->index_of(from));
    from.home = nullptr;
    make_anchor(node, to);
  }
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::cnode::Delete& request) {
  const Found found = find_place(target, request.index, right::remove);
  if (found.error != Error::none) return found.error;
  if (!found.slot->is_empty()) remove(*found.slot);
  finish_endings();
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::cnode::Revoke& request) {
  const Found found = find_place(target, request.index, right::remove);
  if (found.error != Error::none) return found.error;
  if (found.slot->is_empty()) return Error::not_found;
  while (!found.slot->children.members.empty()) {
    remove(*found.slot->children.members.front());
    finish_endings();
  }
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::cnode::Identify& request) {
  const Found found = find_place(target, request.index, right::copy);
  if (found.error != Error::none) return found.error;
  const Slot& slot = *found.slot;
  const bool is_marked =
      slot.cap.type == ObjectType::endpoint || slot.cap.type == ObjectType::notification;
  u64 data = is_marked ? slot.data : 0;
  if (slot.cap.type == ObjectType::reply && object<Reply>(slot.cap).caller != nullptr) data = 1;
  return Answer::of(
      abi::cnode::Identify::Reply{.type = static_cast<u64>(slot.cap.type),
                                  .rights = slot.cap.rights,
                                  .data = data,
                                  .has_children = slot.children.members.empty() ? u64{0} : u64{1}});
}

// ---- Anchors

void Model::make_anchor(CNode& home, Slot& slot) {
  slot.cap.is_anchor = true;
  slot.home = &home;
  if (slot.children.members.empty())
    home.unreferenced.insert(home.index_of(slot));
  else
    home.unreferenced.erase(home.index_of(slot));
}

// Nobody can send with the anchor's badge any more.
void Model::wake_senders(const Slot& anchor) {
  if (anchor.cap.type != ObjectType::endpoint || anchor.data == 0) return;
  auto& queue = object<Endpoint>(anchor.cap).queue;
  for (u64 i = 0; i < queue.size();) {
    Thread& thread = *queue[i];
    if (thread.state != State::sending || thread.outgoing.badge != anchor.data) {
      ++i;
      continue;
    }
    leave_queue(thread);
    disappoint(thread, Error::gone);
  }
}

// What signals by itself keeps a capability to a notification, or none.
void Model::raise(const Slot& target) {
  if (!target.is_empty()) signal(object<Notification>(target.cap), target.data);
}

Answer Model::perform(Thread&, Slot& target, const abi::cnode::Anchor& request) {
  const Found found = find_place(target, request.index, right::remove);
  if (found.error != Error::none) return found.error;
  Slot& slot = *found.slot;
  auto& node = object<CNode>(target.cap);
  if (slot.is_empty()) return Error::not_found;
  if (node.bits > abi::leaf_bits || !is_copyable(slot) || is_current(slot.binding))
    return Error::not_supported;
  slot.binding = {};
  slot.window = {};
  make_anchor(node, slot);
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::cnode::NextUnreferenced&) {
  if (!target.cap.rights.has(right::remove)) return Error::denied;
  auto& node = object<CNode>(target.cap);
  if (node.unreferenced.empty()) return Error::not_found;
  auto next = node.unreferenced.lower_bound(node.turn);
  if (next == node.unreferenced.end()) next = node.unreferenced.begin();
  const u64 index = *next;
  node.unreferenced.erase(next);
  node.turn = (index + 1) % abi::leaf_slots;
  return Answer::of(abi::cnode::NextUnreferenced::Reply{index});
}

Answer Model::perform(Thread& caller, Slot& target, const abi::cnode::Configure& request) {
  if (!target.cap.rights.has(right::remove)) return Error::denied;
  Slot* source = nullptr;
  if (request.notification.value() != 0) {
    const Found found = find_capability(caller, request.notification.value(),
                                        ObjectType::notification, abi::notification_right::signal);
    if (found.error != Error::none) return found.error;
    source = found.slot;
  }
  Slot& told = object<CNode>(target.cap).notification;
  if (!told.is_empty()) remove(told);
  if (source != nullptr) {
    become_child(*source, told, source->cap, source->data);
    add_reference(told);
  }
  finish_endings();
  return {};
}

}  // namespace model
