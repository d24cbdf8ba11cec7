// SPDX-License-Identifier: MIT
#include <user/inspect/kit/kernel.hpp>

namespace inspect {

namespace {

using abi::ObjectType;
using abi::thread::State;

// In the badge of a thread's pager, beside the kinds of handles (docs/procmgr.md).
constexpr u64 fault_kind = 15;

bool lies_in(Id slot, Id object, u64 bytes) { return slot.value() - object.value() < bytes; }

template <class T>
bool has(List<T>& list, Id T::* member, Id id) {
  return find(list, member, id) != nullptr;
}

}  // namespace

bool has_inspector() { return ipc::invoke(inspector, kernel::Summary{}).ok(); }

void stand_back(u64 attempt) {
  const u64 turns = (attempt + 1) * (1 + ipc::process_page().pid % 8) * 4;
  for (u64 i = 0; i < turns; ++i) ipc::yield();
}

Kernel::Kernel(Processes& processes) : processes_(processes) {
  if (!has_inspector()) return;
  const auto forget = [&] {
    threads_.clear();
    replies_.clear();
    for (List<Placed>* list : {&reply_slots_, &pagers_, &cnodes_, &receivers_}) list->clear();
  };
  walk(forget, [&](u64 sequence, const kernel::Capability& capability) {
    return note(sequence, capability);
  });
  join();
}

// What has gone meanwhile is left out.
bool Kernel::note(u64 sequence, const kernel::Capability& capability) {
  const auto type = static_cast<ObjectType>(capability.type);
  const bool is_kept = (capability.flags & kernel::capability_flag::kept) != 0;
  const Placed placed{capability.slot, capability.object, capability.data};
  const auto describe = [&] {
    return ipc::invoke(inspector, kernel::Describe{.sequence = sequence});
  };
  if (type == ObjectType::thread && !has(threads_, &Thread::id, capability.object)) {
    const auto record = describe();
    if (record.ok())
      threads_.add(
          {.id = capability.object, .record = kernel::record_of<kernel::ThreadRecord>(*record)});
  } else if (type == ObjectType::reply) {
    reply_slots_.add(placed);
    const bool is_known = has(replies_, &Reply::id, capability.object);
    const auto record = is_known ? abi::Error::occupied : describe();
    if (record.ok())
      replies_.add({capability.object, kernel::record_of<kernel::ReplyRecord>(*record).receiver});
  } else if (type == ObjectType::endpoint && is_kept) {
    pagers_.add(placed);
  } else if (type == ObjectType::endpoint && capability.rights.has(abi::endpoint_right::receive)) {
    receivers_.add(placed);
  } else if (type == ObjectType::cnode && !is_kept) {
    cnodes_.add({capability.slot, capability.object, capability.size_bits});
  }
  return true;
}

void Kernel::join() {
  for (const Placed& pager : pagers_.all()) {
    if (pager.data >> 60 != fault_kind) continue;
    for (Thread& thread : threads_.all()) {
      if (!lies_in(pager.slot, thread.id, abi::thread_bytes) || pager.object != thread.pager())
        continue;
      thread.shell = pager.data & 0xffff'ffff;
      procmgr_ = pager.object;
    }
  }
}

Thread* Kernel::thread_of(const ProcessEntry& process) {
  return find(threads_, &Thread::shell, process.number);
}

ProcessEntry* Kernel::process_of(const Thread& thread) {
  return thread.shell == Thread::none ? nullptr : processes_.with_number(thread.shell);
}

Placed* Kernel::cnode_around(Id slot) {
  for (Placed& cnode : cnodes_.all())
    if (lies_in(slot, cnode.object, abi::cnode_bytes(static_cast<unsigned>(cnode.data))))
      return &cnode;
  return nullptr;
}

// The slot lies in a leaf; capabilities to the leaf lie in roots, and each thread knows its root.
ProcessEntry* Kernel::holder_of(Id slot) {
  const Placed* leaf = cnode_around(slot);
  if (leaf == nullptr) return nullptr;
  for (const Placed& cnode : cnodes_.all()) {
    if (cnode.object != leaf->object) continue;
    const Placed* root = cnode_around(cnode.slot);
    Thread* thread = root == nullptr ? nullptr : [&] {
      for (Thread& one : threads_.all())
        if (one.root() == root->object) return &one;
      return static_cast<Thread*>(nullptr);
    }();
    if (thread != nullptr && process_of(*thread) != nullptr) return process_of(*thread);
  }
  return nullptr;
}

std::string_view Kernel::name_of_endpoint(Id endpoint) {
  if (endpoint == procmgr_) return "procmgr";
  for (const Placed& receiver : receivers_.all()) {
    if (receiver.object != endpoint) continue;
    if (const ProcessEntry* process = holder_of(receiver.slot)) return name_of(*process);
  }
  return {};
}

std::string_view Kernel::waits_for(const Thread& thread) {
  switch (thread.record.state) {
    case State::suspended:
    case State::ready: return {};
    case State::faulted: return "help after a fault";
    case State::waiting: return "a signal";
    case State::receiving: return "a request";
    case State::sending: return name_of_endpoint(thread.record.waits_on);
    case State::replying: break;
  }
  const Reply* reply = find(replies_, &Reply::id, thread.record.waits_on);
  if (reply == nullptr) return {};
  if (const Thread* server = find(threads_, &Thread::id, reply->receiver)) {
    const ProcessEntry* process = process_of(*server);
    return process == nullptr ? "procmgr" : name_of(*process);
  }
  // It is bound to nobody: kept for later, by whoever has a capability to it.
  for (const Placed& placed : reply_slots_.all())
    if (placed.object == reply->id)
      if (const ProcessEntry* process = holder_of(placed.slot)) return name_of(*process);
  return "procmgr";
}

}  // namespace inspect
