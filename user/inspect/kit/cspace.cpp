// SPDX-License-Identifier: MIT
#include <abi/process.hpp>
#include <algorithm>
#include <user/inspect/kit/cspace.hpp>

namespace inspect {

namespace {

using abi::ObjectType;

struct Leaf {
  Id object;
  u64 index = 0;
  bool is_read = false;
};

bool is_cnode(const kernel::Capability& capability, Id object) {
  return capability.type == static_cast<u64>(ObjectType::cnode) && capability.object == object;
}

// All slots of the CNode under the cursor. False: the cursor has been moved.
template <class Use>
bool read_slots(u64 sequence, Use&& use) {
  for (u64 index = 0;;) {
    const auto found =
        ipc::invoke(inspector, kernel::FindSlot{.sequence = sequence, .index = index});
    if (found.error() == abi::Error::out_of_range) return true;
    if (!found.ok()) return false;
    index = found->index;
    if (found->capability.type == 0) continue;
    use(index, found->capability);
    ++index;
  }
}

// Once met, a CNode is read through any capability to it.
void read_leaves(Id root, List<Leaf>& leaves) {
  walk([&] { leaves.clear(); },
       [&](u64 sequence, const kernel::Capability& capability) {
         if (!is_cnode(capability, root)) return true;
         const bool is_whole = read_slots(sequence, [&](u64 index, const auto& found) {
           leaves.add({.object = found.object, .index = index});
         });
         if (!is_whole) leaves.clear();
         return !is_whole;
       });
}

struct NamedSlot {
  abi::CapPtr at;
  std::string_view name;
};

constexpr NamedSlot named_slots[] = {
    {abi::process_slot::self, "self"},      {abi::process_slot::account, "account"},
    {abi::process_slot::leaf0, "leaf0"},    {abi::process_slot::leaf1, "leaf1"},
    {abi::bundle_slot::files, "files"},     {abi::bundle_slot::input, "input"},
    {abi::bundle_slot::output, "output"},   {abi::bundle_slot::error, "error"},
    {abi::bundle_slot::handler, "handler"}, {abi::bundle_slot::spawner, "spawner"},
    {abi::bundle_slot::modules, "modules"}, {abi::bundle_slot::serve, "serve"},
    {abi::bundle_slot::inspect, "inspect"}, {abi::bundle_slot::inspector, "inspector"},
};

// From the lowest bit on, as abi/object.hpp has them; empty: no such right.
using RightNames = std::string_view[8];

constexpr RightNames no_rights = {};
constexpr RightNames endpoint_rights = {"send", "receive", "grant", "mint"};
constexpr RightNames notification_rights = {"signal", "wait", "", "mint"};
constexpr RightNames reply_rights = {"answer", "receive"};
constexpr RightNames frame_rights = {"read", "write", "execute", "physical"};
constexpr RightNames vspace_rights = {"map", "read", "write", "run"};
constexpr RightNames cnode_rights = {"insert", "remove", "copy", "lookup"};
constexpr RightNames thread_rights = {"control", "read", "write", "configure", "inspect", "post"};
constexpr RightNames sched_context_rights = {"configure", "use"};
constexpr RightNames timer_rights = {"configure", "set"};
constexpr RightNames irq_handler_rights = {"configure", "acknowledge"};
constexpr RightNames inspector_rights = {"read", "trace"};

const RightNames& rights_of(ObjectType type) {
  switch (type) {
    case ObjectType::endpoint: return endpoint_rights;
    case ObjectType::notification: return notification_rights;
    case ObjectType::reply: return reply_rights;
    case ObjectType::frame: return frame_rights;
    case ObjectType::vspace: return vspace_rights;
    case ObjectType::cnode: return cnode_rights;
    case ObjectType::thread: return thread_rights;
    case ObjectType::sched_context: return sched_context_rights;
    case ObjectType::timer: return timer_rights;
    case ObjectType::irq_handler: return irq_handler_rights;
    case ObjectType::inspector: return inspector_rights;
    case ObjectType::null:
    case ObjectType::untyped:
    case ObjectType::page_table:
    case ObjectType::irq_control:
    case ObjectType::platform: break;
  }
  return no_rights;
}

}  // namespace

void read_cspace(const Thread& thread, List<Held>& held) {
  List<Leaf> leaves;
  read_leaves(thread.root(), leaves);
  const auto begin_again = [&] {
    held.clear();
    for (Leaf& leaf : leaves.all()) leaf.is_read = false;
  };
  walk(begin_again, [&](u64 sequence, const kernel::Capability& capability) {
    for (Leaf& leaf : leaves.all()) {
      if (leaf.is_read || !is_cnode(capability, leaf.object)) continue;
      leaf.is_read = read_slots(sequence, [&](u64 index, const auto& found) {
        held.add({.leaf = leaf.index, .index = index, .capability = found});
      });
    }
    return true;
  });
  std::ranges::sort(held.all(), {}, [](const Held& one) { return one.leaf << 32 | one.index; });
}

std::string_view name_of_slot(u64 leaf, u64 index) {
  for (const NamedSlot& named : named_slots)
    if (named.at == abi::cap_at(leaf, index)) return named.name;
  return {};
}

void write_rights(base::TextWriter& out, ObjectType type, Rights rights) {
  bool is_first = true;
  for (unsigned bit = 0; bit < 8; ++bit) {
    const std::string_view name = rights_of(type)[bit];
    if ((rights.bits >> bit & 1) == 0 || name.empty()) continue;
    out << (is_first ? "" : ",") << name;
    is_first = false;
  }
}

}  // namespace inspect
