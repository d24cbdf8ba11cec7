// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/paging/aarch64.hpp>
#include <cap/cnode.hpp>
#include <debug/panic.hpp>
#include <memory/page_map.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>
#include <simulated/audit.hpp>

namespace simulated {

namespace {

using abi::ObjectType;
using kernel::core;
using kernel::Object;
using kernel::require;
using kernel::Slot;
using kernel::Thread;
using kernel::ThreadState;

// In which audit a slot was seen last. Slots are aligned to their size, so each has a number of its
// own; and nothing has to be cleared for the next audit.
std::vector<u64> seen_in(Machine::memory_size / sizeof(Slot));
u64 audits_done = 0;

// A piece of memory with a use that may or may not be shared.
struct Piece {
  u64 start;
  u64 end;
  bool is_exclusive;
};

u64 bytes_of(kernel::Capability cap) {
  switch (cap.type()) {
    case ObjectType::cnode: return abi::cnode_bytes(cap.bits());
    case ObjectType::thread: return abi::thread_bytes;
    case ObjectType::page_table:
    case ObjectType::vspace: return abi::table_bytes;
    case ObjectType::endpoint:
    case ObjectType::notification:
    case ObjectType::reply:
    case ObjectType::sched_context:
    case ObjectType::timer:
    case ObjectType::irq_handler: return abi::small_object_bytes;
    default: return 0;
  }
}

// The unused part of an Untyped (syscall/untyped.cpp): the mark in the low half counts blocks of 64
// bytes, and means nothing when all objects have gone.
Piece unused_part(const Slot& slot) {
  const u64 base = slot.cap.physical().value();
  const u64 used = slot.has_children() ? (slot.data & 0xffff'ffff) * 64 : 0;
  return {base + used, base + (u64{1} << slot.cap.bits()), true};
}

bool is_current(const Slot& slot) {
  return core.spaces.is_current(kernel::Binding::from_raw(slot.data));
}

}  // namespace

Audit::Audit(Thread& anchor) {
  ++audits_done;
  visit(&anchor.kept(kernel::Kept::cspace));
  // `slots_` grows while it is walked.
  for (u64 i = 0; i < slots_.size(); ++i) {
    Slot* slot = slots_[i];
    visit(slot->first_child());
    visit(slot->next_sibling());
    visit_inside(*slot);
    count(*slot);
  }
}

void Audit::visit(Slot* slot) {
  if (slot == nullptr || slot->is_empty()) return;
  const u64 number = (machine.physical(slot).value() - Machine::memory_base) / sizeof(Slot);
  if (seen_in[number] == audits_done) return;
  seen_in[number] = audits_done;
  slots_.push_back(slot);
}

void Audit::visit_inside(const Slot& slot) {
  Object* object = kernel::object_of(slot.cap);
  if (object == nullptr || objects_.contains(object)) return;
  if (slot.cap.type() == ObjectType::cnode) {
    auto& cnode = static_cast<kernel::CNode&>(*object);
    Slot* slots = &cnode.slot(0);
    for (u64 i = 0; i < cnode.size(); ++i)
      if (!slots[i].is_empty()) visit(&slots[i]);
    visit(&cnode.notification);
  }
  if (slot.cap.type() == ObjectType::timer) visit(&static_cast<kernel::Timer&>(*object).target);
  if (slot.cap.type() == ObjectType::irq_handler)
    visit(&static_cast<kernel::IrqHandler&>(*object).target);
  if (slot.cap.type() == ObjectType::thread) {
    auto& thread = static_cast<Thread&>(*object);
    threads_.push_back(&thread);
    for (u64 i = 0; i < kernel::kept_count; ++i) visit(&thread.kept(kernel::Kept{i}));
  }
}

void Audit::count(const Slot& slot) {
  if (Object* object = kernel::object_of(slot.cap)) ++objects_[object];
  if (slot.cap.type() == ObjectType::vspace) {
    ++space_references_[slot.data];
    roots_[slot.data] = slot.cap.physical();
  }
  if (slot.cap.type() == ObjectType::page_table) tables_[slot.cap.physical().value()] = &slot;
  if (slot.cap.type() == ObjectType::frame && is_current(slot))
    frames_.emplace(kernel::Binding::from_raw(slot.data).number(), &slot);
}

void Audit::run() const {
  for (const Slot* slot : slots_) slot->check();
  core.scheduler.check();
  core.timers.check();
  core.interrupts.check();
  check_references();
  check_objects();
  check_memory();
  for (const auto& [number, root] : roots_) check_tables(number, root, 2, 0);
  check_cache();
}

void Audit::check_references() const {
  for (const auto& [object, count] : objects_)
    require(object->references() == count, "an object has another number of capabilities");
  for (const auto& [number, count] : space_references_) {
    require(core.spaces[number].references == count,
            "an address space has another number of capabilities");
    require(core.spaces[number].root == roots_.at(number), "an address space has another root");
  }
  const u64 active = core.active_space.value();
  require(active == machine.active_space,
          "the CPU is in another address space than the kernel thinks");
  const auto root = roots_.find(active >> 48);
  require(
      active == 0 || (root != roots_.end() && root->second.value() == (active & base::mask_of(48))),
      "the CPU is in an address space that has ended");
}

void Audit::check_objects() const {
  for (const auto& [object, count] : objects_) {
    switch (object->type()) {
      case ObjectType::thread: check_thread(static_cast<const Thread&>(*object)); break;
      case ObjectType::cnode: check_anchors(static_cast<kernel::CNode&>(*object)); break;
      case ObjectType::endpoint: static_cast<const kernel::Endpoint&>(*object).check(); break;
      case ObjectType::notification:
        static_cast<const kernel::Notification&>(*object).check();
        break;
      case ObjectType::reply: static_cast<const kernel::Reply&>(*object).check(); break;
      case ObjectType::sched_context:
        static_cast<const kernel::SchedContext&>(*object).check();
        break;
      default: break;
    }
  }
}

void Audit::check_anchors(kernel::CNode& cnode) {
  for (u64 i = 0; i < cnode.size(); ++i) {
    Slot& slot = cnode.slot(i);
    const bool unreferenced = cnode.may_hold_anchors() && cnode.is_unreferenced(i);
    require(!slot.cap.is_anchor() || slot.home() == &cnode, "an anchor does not know its CNode");
    require(!unreferenced || (slot.cap.is_anchor() && !slot.has_children()),
            "what is no anchor, or has children, counts as unreferenced");
  }
}

void Audit::check_thread(const Thread& thread) const {
  const ThreadState state = thread.state;
  const bool queued_at_endpoint = state == ThreadState::sending || state == ThreadState::receiving;
  require((thread.queued_on != nullptr) == queued_at_endpoint,
          "a thread is in an endpoint's queue, or is not, against its state");
  require((thread.waits_for != nullptr) == (state == ThreadState::waiting),
          "a thread is in a notification's queue, or is not, against its state");
  require((thread.answered_by != nullptr) == (state == ThreadState::replying),
          "a thread hangs on a Reply, or does not, against its state");
  const bool runs = state == ThreadState::ready && thread.time != nullptr && thread.can_run() &&
                    &thread != core.scheduler.current();
  require(kernel::ThreadQueue::contains(&thread) ==
              (runs || queued_at_endpoint || state == ThreadState::waiting),
          "a thread is in a queue, or is not, against its state");
  if (thread.answered_by != nullptr)
    require(thread.answered_by->caller() == &thread, "a Reply does not know who hangs on it");
  if (thread.bound_reply != nullptr)
    require(thread.bound_reply->receiver() == &thread, "a bound Reply does not know its receiver");
  if (thread.notification != nullptr)
    require(thread.notification->bound == &thread, "a bound notification does not know its thread");
  if (thread.time != nullptr) {
    require(thread.time->user == &thread, "a thread's time is used by another");
    require(thread.time->home == &thread || thread.time->latest_loan() != nullptr,
            "a thread runs on time that nobody lent");
    require(state != ThreadState::receiving || thread.time->home == &thread,
            "a thread keeps borrowed time while it waits for the next caller");
  }
  if (kernel::core.floating_point_owner != nullptr)
    require(objects_.contains(kernel::core.floating_point_owner), "the FP unit's owner has ended");
  const bool is_watched = (thread.cpu_state & kernel::cpu_state::watched) != 0;
  require(is_watched == thread.debug_registers.are_in_use() &&
              is_watched == ((thread.detours & kernel::detour::watched) != 0),
          "a thread's breakpoints are in use, or are not, against what it says");
  require(((thread.cpu_state & kernel::cpu_state::floating_point) != 0) ==
              (kernel::core.floating_point_owner == &thread),
          "a thread owns the FP unit, or does not, against what it says");
  require(!thread.is_trapped() || state == ThreadState::sending || state == ThreadState::replying,
          "a thread is trapped, and nobody has its trap");
  require(((thread.detours & kernel::detour::posted) != 0) == (thread.posted != 0) &&
              (thread.posted == 0 || thread.upcall_frame != nullptr),
          "bits are posted, or are not, against what a thread says");
  require(((thread.detours & kernel::detour::notified) != 0) ==
              (thread.notification != nullptr && thread.notification->bits != 0),
          "a thread does not know of its notification's bits");
  const Thread* watched = kernel::core.watched;
  require(machine.watches == (watched != nullptr), "breakpoints are in force for nobody");
  require(watched == nullptr || (objects_.contains(const_cast<Thread*>(watched)) &&
                                 (watched->cpu_state & kernel::cpu_state::watched) != 0),
          "breakpoints are in force for a thread that has none");
}

// Objects are disjoint from each other, from all Frames, and from what Untypeds have left.
void Audit::check_memory() const {
  std::vector<Piece> pieces;
  pieces.reserve(slots_.size());
  std::unordered_set<u64> starts;
  for (const Slot* slot : slots_) {
    const kernel::Capability cap = slot->cap;
    if (cap.type() == ObjectType::untyped) {
      pieces.push_back(unused_part(*slot));
    } else if (cap.type() == ObjectType::frame) {
      const u64 start = cap.physical().value();
      pieces.push_back({start, start + (u64{1} << cap.bits()), false});
    } else if (const u64 bytes = bytes_of(cap); bytes != 0) {
      const u64 start = kernel::object_of(cap) != nullptr
                            ? machine.physical(cap.object<char>()).value()
                            : cap.physical().value();
      if (starts.insert(start).second) pieces.push_back({start, start + bytes, true});
    }
  }
  std::ranges::sort(pieces, {}, &Piece::start);
  u64 exclusive_until = 0;
  u64 shared_until = 0;
  for (const Piece& piece : pieces) {
    if (piece.start == piece.end) continue;
    require(piece.start >= exclusive_until && (!piece.is_exclusive || piece.start >= shared_until),
            "memory has two uses at once");
    u64& until = piece.is_exclusive ? exclusive_until : shared_until;
    until = std::max(until, piece.end);
  }
}

// Every table belongs to a PageTable that is bound there, every page to a Frame that is: otherwise
// memory could be used again while it is still mapped.
void Audit::check_tables(u64 number, PhysAddr table, unsigned level, u64 start) const {
  const auto* entries = static_cast<const u64*>(machine.pointer(table, base::page_size));
  for (u64 i = 0; i < 512; ++i) {
    const u64 entry = entries[i];
    if (entry == 0) continue;
    const u64 at = start + (i << (12 + 9 * level));
    if (level == 0 || (entry & 2) == 0) {
      check_page(number, entry, level, at);
      continue;
    }
    const PhysAddr next{entry & 0xffff'ffff'f000};
    const auto owner = tables_.find(next.value());
    require(owner != tables_.end() && is_current(*owner->second) &&
                kernel::Binding::from_raw(owner->second->data).number() == number,
            "a table is in use without a PageTable that is bound there");
    check_tables(number, next, level - 1, at);
  }
}

void Audit::check_page(u64 number, u64 entry, unsigned level, u64 start) const {
  const u64 size = u64{1} << (12 + 9 * level);
  const PhysAddr physical{entry & 0xffff'ffff'f000 & ~(size - 1)};
  const auto [first, last] = frames_.equal_range(number);
  const bool owned = std::any_of(first, last, [&](const auto& bound) {
    const Slot& frame = *bound.second;
    const kernel::PhysRun run{frame.cap.physical(), u64{1} << frame.cap.bits()};
    const kernel::Window window = frame.window();
    return run.contains(physical, size) && window.start <= start && start + size <= window.end;
  });
  require(owned, "a page is mapped without a Frame that is bound there");
}

void Audit::check_cache() const {
  struct Direct {
    u64* table(PhysAddr address) const {
      return static_cast<u64*>(machine.pointer(address, base::page_size));
    }
  };
  for (const auto& [key, value] : machine.cache.entries()) {
    const auto root = roots_.find(key.number);
    require(root != roots_.end(), "a translation of an address space that has ended is cached");
    const base::paging::Walker<base::paging::Aarch64, Direct> walker{root->second, {}};
    const auto at = walker.find(base::VirtAddr{key.start}, key.level);
    require(at.level == key.level && *at.entry == value, "a stale translation is cached");
  }
}

}  // namespace simulated
