// SPDX-License-Identifier: MIT
// What a process asks for itself.
#include <abi/object/thread.hpp>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/bundle.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/serve/requests.hpp>
#include <servers/procmgr/space/space.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/supervisor.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::ObjectType;
namespace proto = abi::procmgr;

constexpr u64 small_units = (u64{1} << small_untyped_bits) / abi::object_alignment;

bool can_be_made(u64 type) {
  return type == static_cast<u64>(ObjectType::endpoint) ||
         type == static_cast<u64>(ObjectType::notification) ||
         type == static_cast<u64>(ObjectType::reply) || type == static_cast<u64>(ObjectType::timer);
}

abi::Status make_in(CapPtr untyped, u64 type, CapPtr at) {
  if (untyped == CapPtr{}) return Error::no_memory;
  return ipc::invoke(ipc::Cap<ipc::Untyped>{untyped},
                     abi::untyped::Retype{
                         .type = type,
                         .first = abi::SlotName::in(core.slots.leaf_of(at).at(), index_in_leaf(at)),
                         .count = 1})
      .error();
}

// An object in the process's own memory, of which it gets more if that is full.
abi::Status make_object(Process& process, u64 type, CapPtr at) {
  const abi::Status made = make_in(process.open_untyped, type, at);
  if (made.error() != Error::no_memory) return made;
  Charge charge{*process.account};
  TRY(charge.add(&Limits::objects, small_units));
  process.open_untyped = TRY(core.objects.take(Ready::small_untyped));
  charge.keep();
  process.charged_objects += small_units;
  core.slots.push(process.untypeds, process.open_untyped);
  return make_in(process.open_untyped, type, at);
}

}  // namespace

// The slot is procmgr's only until the answer has gone out.
abi::Status handle(const proto::MakeObject& request, Call& call) {
  if (!can_be_made(request.type)) return Error::bad_argument;
  const CapPtr at = TRY(core.slots.outgoing());
  TRY(make_object(*call.caller, request.type, at));
  call.answer_with(at);
  return {};
}

abi::Status handle(const proto::AddLeaf& request, Call& call) {
  const ipc::Cap<ipc::CNode> leaf = TRY(add_leaf(*call.caller, request.index));
  const abi::Status named = answer_with_child(
      call, leaf.at(),
      abi::cnode_right::insert | abi::cnode_right::remove | abi::cnode_right::copy);
  // The leaf is in its place; procmgr needs no name for it.
  core.slots.remove(leaf.at());
  return named;
}

abi::Status handle(const proto::MakeLeaf&, Call& call) {
  const ipc::Cap<ipc::CNode> leaf = TRY(make_leaf(*call.caller));
  const abi::Status named = answer_with_child(
      call, leaf.at(),
      abi::cnode_right::insert | abi::cnode_right::remove | abi::cnode_right::copy);
  core.slots.remove(leaf.at());
  return named;
}

abi::Status handle(const proto::MakeBundle&, Call& call) {
  Bundle* bundle = TRY(make_bundle(*call.caller->account, call.caller));
  abi::Status named = answer_with_child(call, bundle->leaf.at(), abi::cnode_right::insert);
  if (named.ok())
    named = answer_with_handle(call, HandleKind::bundle, bundle, abi::all_rights,
                               *call.caller->account);
  if (!named.ok()) {
    end_bundle(*bundle);
    return named.error();
  }
  return {};
}

namespace {

abi::Status create_memory(u64 bytes, u64 flags, Account& account, Call& call) {
  if ((flags & ~proto::memory_flag::all) != 0) return Error::bad_argument;
  if (bytes > proto::max_memory_bytes) return Error::too_big;
  const Held object{*TRY(make_memory(account, (bytes + base::page_size - 1) / base::page_size))};
  object->file_bytes = bytes;
  TRY(commit_new(*object, flags));
  return answer_with_handle(call, HandleKind::memory, &*object,
                            Rights{0x3f & ~proto::memory_right::physical.bits}, account);
}

}  // namespace

abi::Status handle(const proto::CreateMemory& request, Call& call) {
  return create_memory(request.bytes, request.flags, *call.caller->account, call);
}

abi::Status handle(const proto::CreateMemoryFor& request, Call& call) {
  const Handle* payer = TRY(call.argument(0, HandleKind::account, proto::account_right::charge));
  return create_memory(request.bytes, request.flags, *static_cast<Account*>(payer->object), call);
}

abi::Status handle(const proto::Exit& request, Call& call) {
  end_process(*call.caller, {.kind = EndKind::exited, .status = static_cast<u32>(request.status)});
  call.is_owed = true;
  return {};
}

abi::Status handle(const proto::Ready&, Call& call) {
  process_is_ready(*call.caller);
  return {};
}

abi::Status handle(const proto::BindNotification&, Call& call) {
  Process& process = *call.caller;
  if (process.has_notification) return Error::busy;
  const CapPtr at = TRY(core.slots.outgoing());
  TRY(make_object(process, static_cast<u64>(ObjectType::notification), at));
  TRY(ipc::invoke(process.shell->thread, abi::thread::BindNotification{.notification = at}));
  process.has_notification = true;
  process_has_notification(process, at);
  call.answer_with(at);
  return {};
}

abi::Status handle(const proto::Log& request, Call& call) {
  if (request.bytes > sizeof(request.text)) return Error::too_big;
  log_line(call.caller->pid,
           {reinterpret_cast<const char*>(request.text), static_cast<std::size_t>(request.bytes)});
  return {};
}

Answer serve_self(Call& call) {
  return dispatch<proto::AnyHandle, proto::Self, proto::Space>(call);
}

}  // namespace procmgr
