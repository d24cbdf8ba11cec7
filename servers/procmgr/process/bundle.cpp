// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/bundle.hpp>
#include <servers/procmgr/process/held.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::SlotName;
using ipc::Cap;
using ipc::CNode;
using ipc::invoke;
namespace cnode = abi::cnode;

constexpr u64 leaf_units = (u64{1} << leaf_untyped_bits) / abi::object_alignment;

struct LeafMemory {
  CapPtr untyped;
  Cap<CNode> leaf;
};

// A leaf in an Untyped of its own. The leaf's capability stands in a slot of procmgr's.
abi::Result<LeafMemory> make_leaf_memory() {
  const CapPtr untyped = TRY(core.objects.take(Ready::leaf_untyped));
  const auto slot = core.slots.allocate();
  abi::Status made = slot.error();
  if (made.ok()) {
    made = invoke(Cap<ipc::Untyped>{untyped},
                  abi::untyped::Retype{
                      .type = static_cast<u64>(abi::ObjectType::cnode),
                      .size_bits = abi::leaf_bits,
                      .first = SlotName::in(core.slots.leaf_of(*slot).at(), index_in_leaf(*slot)),
                      .count = 1})
               .error();
    if (made.ok()) return LeafMemory{untyped, Cap<CNode>{*slot}};
    core.slots.release(*slot);
  }
  core.objects.give_back(Ready::leaf_untyped, untyped);
  return made.error();
}

void release_leaf_memory(const LeafMemory& memory) {
  static_cast<void>(invoke(core.slots.leaf_of(memory.untyped),
                           cnode::Revoke{.index = index_in_leaf(memory.untyped)}));
  core.slots.release(memory.leaf.at());
  core.objects.give_back(Ready::leaf_untyped, memory.untyped);
}

// The leaf's memory is the process's from now on; procmgr needs no name for the leaf itself.
abi::Status attach(Process& process, u64 index, const LeafMemory& memory) {
  TRY(invoke(process.shell->root, cnode::Copy{.index = index,
                                              .source = SlotName::own(memory.leaf.at()),
                                              .rights = abi::all_rights}));
  core.slots.push(process.leaf_untypeds, memory.untyped);
  process.leaves |= u64{1} << index;
  return {};
}

constexpr Rights owner_rights =
    abi::cnode_right::insert | abi::cnode_right::remove | abi::cnode_right::copy;

// The process's own capability to its leaf 1.
abi::Status name_leaf1(Process& process, Cap<CNode> leaf) {
  const u64 index = index_in_leaf(abi::process_slot::leaf1);
  TRY(invoke(
      process.shell->leaf0,
      cnode::Copy{.index = index, .source = SlotName::own(leaf.at()), .rights = owner_rights}));
  return {};
}

void unlink(Bundle& bundle) {
  if (bundle.maker == nullptr) return;
  for (Bundle** at = &bundle.maker->bundles; *at != nullptr; at = &(*at)->next) {
    if (*at != &bundle) continue;
    *at = bundle.next;
    return;
  }
}

// Its handles, and the record; what becomes of its memory is decided.
void forget(Bundle& bundle) {
  unlink(bundle);
  while (bundle.handles != nullptr) core.handles.end(*bundle.handles);
  refund(*bundle.account, &Limits::objects, leaf_units);
  release(*bundle.account);
  core.bundles.release(&bundle);
}

}  // namespace

abi::Result<Bundle*> make_bundle(Account& account, Process* maker) {
  Charge charge{account};
  TRY(charge.add(&Limits::objects, leaf_units));
  Bundle* bundle = core.bundles.make();
  if (bundle == nullptr) return Error::no_memory;
  const auto memory = make_leaf_memory();
  if (!memory.ok()) {
    core.bundles.release(bundle);
    return memory.error();
  }
  charge.keep();
  bundle->account = &account;
  bundle->maker = maker;
  bundle->untyped = memory->untyped;
  bundle->leaf = memory->leaf;
  if (maker != nullptr) {
    bundle->next = maker->bundles;
    maker->bundles = bundle;
  }
  retain(account);
  return bundle;
}

abi::Status put_in_bundle(Bundle& bundle, u64 index, CapPtr source, Rights rights) {
  return invoke(bundle.leaf,
                cnode::Copy{.index = index, .source = SlotName::own(source), .rights = rights})
      .error();
}

void end_bundle(Bundle& bundle) {
  release_leaf_memory({bundle.untyped, bundle.leaf});
  forget(bundle);
}

abi::Status install_bundle(Process& process, Bundle& bundle) {
  Charge charge{*process.account};
  TRY(charge.add(&Limits::objects, leaf_units));
  TRY(name_leaf1(process, bundle.leaf));
  const abi::Status attached =
      attach(process, abi::bundle_slot::leaf, {bundle.untyped, bundle.leaf});
  if (!attached.ok()) {
    const u64 named = index_in_leaf(abi::process_slot::leaf1);
    static_cast<void>(invoke(process.shell->leaf0, cnode::Delete{.index = named}));
    return attached;
  }
  charge.keep();
  process.charged_objects += leaf_units;
  // Copies that the spawner has of the leaf go; what it put into the leaf stays. (The process's
  // capabilities are copies too, and not children of procmgr's.)
  const CapPtr leaf = bundle.leaf.at();
  core.slots.destroy(leaf);
  forget(bundle);
  return {};
}

abi::Result<Cap<CNode>> make_leaf(Process& process) {
  Charge charge{*process.account};
  TRY(charge.add(&Limits::objects, leaf_units));
  const LeafMemory memory = TRY(make_leaf_memory());
  charge.keep();
  core.slots.push(process.leaf_untypeds, memory.untyped);
  process.charged_objects += leaf_units;
  return memory.leaf;
}

abi::Result<Cap<CNode>> add_leaf(Process& process, u64 index) {
  if (index == 0 || index >= abi::procmgr::max_leaves) return Error::out_of_range;
  if ((process.leaves >> index & 1) != 0) return Error::occupied;
  Charge charge{*process.account};
  TRY(charge.add(&Limits::objects, leaf_units));
  const LeafMemory memory = TRY(make_leaf_memory());
  const abi::Status attached = attach(process, index, memory);
  if (!attached.ok()) {
    release_leaf_memory(memory);
    return attached.error();
  }
  charge.keep();
  process.charged_objects += leaf_units;
  return memory.leaf;
}

}  // namespace procmgr
