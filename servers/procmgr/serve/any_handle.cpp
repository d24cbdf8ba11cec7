// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/serve/requests.hpp>

namespace procmgr {

using abi::Error;
namespace proto = abi::procmgr;

abi::Result<Handle*> Call::argument(u64 i, HandleKind wanted, Rights needed) const {
  if ((arrivals.unwrapped >> i & 1) == 0) return Error::invalid_capability;
  Handle* found = core.handles.find(BadgeWord{arrivals.badges[i].value()});
  if (found == nullptr) return Error::invalid_capability;
  if (found->kind != wanted) return Error::wrong_object;
  if (!found->rights.has(needed)) return Error::denied;
  return found;
}

Process* process_of(BadgeWord badge) {
  if (badge.kind() != static_cast<u64>(HandleKind::self)) return nullptr;
  const Shell* shell = core.shells.find(badge.number());
  if (shell == nullptr || shell->process == nullptr) return nullptr;
  return shell->process->state < ProcessState::ending ? shell->process : nullptr;
}

u64 Call::sender() const {
  if ((arrivals.unwrapped & 1) == 0) return 0;
  const Process* process = process_of(BadgeWord{arrivals.badges[0].value()});
  return process == nullptr ? 0 : process->pid;
}

abi::Status answer_with_handle(Call& call, HandleKind kind, void* object, Rights rights,
                               Account& account) {
  Handle* handle = TRY(core.handles.make(kind, object, rights, account));
  call.answer_with(handle->anchor);
  core.handles.expect(*handle);
  return {};
}

abi::Status answer_with_child(Call& call, CapPtr source, Rights rights) {
  const CapPtr at = TRY(core.slots.outgoing());
  TRY(ipc::invoke(core.slots.leaf_of(at), abi::cnode::Mint{.index = index_in_leaf(at),
                                                           .source = abi::SlotName::own(source),
                                                           .rights = rights}));
  call.answer_with(at);
  return {};
}

abi::Status handle(const proto::Reduce& request, Call& call) {
  const Rights rights = call.rights & request.rights;
  if (call.kind == HandleKind::self) {
    constexpr Rights all = proto::process_right::wait | proto::process_right::kill |
                           proto::process_right::suspend | proto::process_right::inspect |
                           proto::process_right::debug | proto::process_right::map;
    TRY(answer_with_handle(call, HandleKind::process, call.caller, request.rights & all,
                           *call.caller->account));
  } else {
    TRY(answer_with_handle(call, call.kind, call.object, rights, *call.handle->account));
  }
  return {};
}

abi::Result<proto::Identify::Reply> handle(const proto::Identify&, Call& call) {
  u64 id = 0;
  if (call.kind == HandleKind::self || call.kind == HandleKind::process)
    id = call.object_as<Process>().pid;
  return proto::Identify::Reply{.kind = call.kind, .rights = call.rights, .id = id};
}

// ---- Objects and their handles ----------------------------------------------------------------

Handle*& handles_of(HandleKind kind, void* object) {
  switch (kind) {
    case HandleKind::memory: return static_cast<MemoryObject*>(object)->handles;
    case HandleKind::process: return static_cast<Process*>(object)->handles;
    case HandleKind::spawner: return static_cast<Spawner*>(object)->handles;
    case HandleKind::account: return static_cast<Account*>(object)->handles;
    case HandleKind::bundle: return static_cast<Bundle*>(object)->handles;
    case HandleKind::modules: return static_cast<Modules*>(object)->handles;
    case HandleKind::crashes: return static_cast<Crashes*>(object)->handles;
    case HandleKind::system: return static_cast<System*>(object)->handles;
    case HandleKind::none:
    case HandleKind::self: break;
  }
  return static_cast<Process*>(object)->handles;
}

void retain_named(HandleKind kind, void* object) {
  if (kind == HandleKind::memory) retain(*static_cast<MemoryObject*>(object));
  if (kind == HandleKind::account) retain(*static_cast<Account*>(object));
}

void handle_is_gone(HandleKind kind, void* object) {
  switch (kind) {
    case HandleKind::memory: release(*static_cast<MemoryObject*>(object)); return;
    case HandleKind::account: release(*static_cast<Account*>(object)); return;
    case HandleKind::process: forget_if_unnamed(*static_cast<Process*>(object)); return;
    case HandleKind::spawner: release_if_unnamed(*static_cast<Spawner*>(object)); return;
    case HandleKind::bundle:
      if (static_cast<Bundle*>(object)->handles == nullptr)
        end_bundle(*static_cast<Bundle*>(object));
      return;
    case HandleKind::modules:
    case HandleKind::crashes:
    case HandleKind::system:
    case HandleKind::none:
    case HandleKind::self: return;
  }
}

}  // namespace procmgr
