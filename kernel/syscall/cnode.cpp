// SPDX-License-Identifier: MIT
#include <abi/object/cnode.hpp>
#include <life/removal.hpp>
#include <machine/cpu.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>
#include <syscall/signal_source.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::cnode;
namespace right = abi::cnode_right;

// The empty slot of the invoked CNode that a capability shall go to.
abi::Result<Slot*> find_target(Invocation& invocation, u64 index) {
  Slot* target = TRY(find_place(invocation.target, index, right::insert));
  if (!target->is_empty()) return Error::occupied;
  return target;
}

Answer<method::Copy> perform(Invocation& invocation, const method::Copy& request) {
  Slot* source = TRY(find_source(invocation.caller, request.source, right::copy));
  Slot* target = TRY(find_target(invocation, request.index));
  if (!is_copyable(source->cap)) return Error::not_supported;

  Derived derived = unmapped_copy(*source);
  derived.cap = derived.cap.reduced_to(request.rights);
  copy_beside(core.spaces, *source, *target, derived);
  return method::Copy::Reply{};
}

// What a mint makes of an endpoint's badge or a notification's mask.
abi::Result<Derived> mark(const Slot& source, u64 data) {
  Derived derived = unmapped_copy(source);
  derived.data = data;
  if (source.cap.type() == ObjectType::endpoint) {
    if (!source.cap.rights().has(abi::endpoint_right::mint)) return Error::denied;
    if (source.data != 0) return Error::busy;
    return derived;
  }
  if (!source.cap.rights().has(abi::notification_right::mint)) return Error::denied;
  if ((data & ~source.data) != 0) return Error::denied;
  return derived;
}

// A naturally aligned part of a Frame.
abi::Result<Derived> cut(const Slot& source, u64 offset, u64 size_bits) {
  if (size_bits < base::page_bits || size_bits > source.cap.bits()) return Error::out_of_range;
  const u64 size = u64{1} << size_bits;
  if (!base::is_aligned(offset, size)) return Error::bad_argument;
  if (offset >= u64{1} << source.cap.bits()) return Error::out_of_range;
  return Derived{source.cap.without_anchor().part(offset, static_cast<unsigned>(size_bits)), 0};
}

abi::Result<Derived> derive(const Slot& source, const method::Mint& request) {
  const ObjectType type = source.cap.type();
  if (type == ObjectType::frame) {
    if (request.data != 0) return Error::bad_argument;
    return cut(source, request.offset, request.size_bits);
  }
  if (request.offset != 0 || request.size_bits != 0) return Error::bad_argument;
  if (type == ObjectType::endpoint || type == ObjectType::notification)
    return mark(source, request.data);
  if (request.data != 0) return Error::bad_argument;
  return unmapped_copy(source);
}

Answer<method::Mint> perform(Invocation& invocation, const method::Mint& request) {
  Slot* source = TRY(find_source(invocation.caller, request.source, right::copy));
  Slot* target = TRY(find_target(invocation, request.index));
  if (!is_copyable(source->cap)) return Error::not_supported;
  Derived derived = TRY(derive(*source, request));

  derived.cap = derived.cap.reduced_to(request.rights);
  copy_below(core.spaces, *source, *target, derived);
  return method::Mint::Reply{};
}

Answer<method::Move> perform(Invocation& invocation, const method::Move& request) {
  if (request.source.cnode().value() == 0) return Error::denied;
  Slot* source = TRY(find_source(invocation.caller, request.source, right::remove));
  Slot* target = TRY(find_target(invocation, request.index));
  auto& cnode = *invocation.target.cap.object<CNode>();
  if (source->cap.is_anchor() && !cnode.may_hold_anchors()) return Error::not_supported;

  target->take(*source);
  if (target->cap.is_anchor()) move_anchor(cnode, *target, *source);
  core.cursor.after_move(*source, *target);
  return method::Move::Reply{};
}

Answer<method::Delete> perform(Invocation& invocation, const method::Delete& request) {
  Slot* slot = TRY(find_place(invocation.target, request.index, right::remove));

  while (!remove_step(*slot)) {
    if (!machine::interrupt_pending()) continue;
    invocation.again = true;
    return method::Delete::Reply{};
  }
  invocation.again = !finish_endings();
  return method::Delete::Reply{};
}

Answer<method::Revoke> perform(Invocation& invocation, const method::Revoke& request) {
  Slot* slot = TRY(find_place(invocation.target, request.index, right::remove));
  if (slot->is_empty()) return Error::not_found;

  while (!revoke_step(*slot)) {
    // Objects end as their capabilities go: what they contain may be derived from the slot too.
    if (finish_endings() && !machine::interrupt_pending()) continue;
    invocation.again = true;
    return method::Revoke::Reply{};
  }
  invocation.again = !finish_endings();
  return method::Revoke::Reply{};
}

// What Identify tells of a capability beyond its type and rights.
u64 data_of(const Slot& slot) {
  const ObjectType type = slot.cap.type();
  if (type == ObjectType::endpoint || type == ObjectType::notification) return slot.data;
  if (type != ObjectType::reply) return 0;
  return slot.cap.object<Reply>()->caller() == nullptr ? 0 : 1;
}

Answer<method::Identify> perform(Invocation& invocation, const method::Identify& request) {
  Slot* slot = TRY(find_place(invocation.target, request.index, right::copy));
  return method::Identify::Reply{.type = static_cast<u64>(slot->cap.type()),
                                 .rights = slot->cap.rights(),
                                 .data = data_of(*slot),
                                 .has_children = slot->has_children() ? u64{1} : u64{0}};
}

// Whether the slot can be used for what an anchor has to know.
bool can_be_anchor(const CNode& cnode, const Slot& slot) {
  const bool is_mapped =
      slot.cap.type() == ObjectType::frame && core.spaces.is_current(Binding::from_raw(slot.data));
  return cnode.may_hold_anchors() && is_copyable(slot.cap) && !is_mapped;
}

Answer<method::Anchor> perform(Invocation& invocation, const method::Anchor& request) {
  Slot* slot = TRY(find_place(invocation.target, request.index, right::remove));
  auto& cnode = *invocation.target.cap.object<CNode>();
  if (slot->is_empty()) return Error::not_found;
  if (!can_be_anchor(cnode, *slot)) return Error::not_supported;

  if (slot->cap.type() == ObjectType::frame) slot->data = 0;  // perhaps an old binding
  make_anchor(cnode, *slot);
  return method::Anchor::Reply{};
}

Answer<method::NextUnreferenced> perform(Invocation& invocation, const method::NextUnreferenced&) {
  if (!invocation.target.cap.rights().has(right::remove)) return Error::denied;
  const auto index = invocation.target.cap.object<CNode>()->take_unreferenced();
  if (!index) return Error::not_found;
  return method::NextUnreferenced::Reply{*index};
}

Answer<method::Configure> perform(Invocation& invocation, const method::Configure& request) {
  if (!invocation.target.cap.rights().has(right::remove)) return Error::denied;
  TRY(configure_target(invocation, invocation.target.cap.object<CNode>()->notification,
                       request.notification));
  return method::Configure::Reply{};
}

}  // namespace

void invoke_cnode(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
