// SPDX-License-Identifier: MIT
// Requests about spawners, processes and accounts.
#include <abi/object/thread.hpp>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/spawn.hpp>
#include <servers/procmgr/serve/requests.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace proto = abi::procmgr;

// ---- Spawn ------------------------------------------------------------------------------------

template <class T>
abi::Result<T*> optional_argument(const Call& call, u64 i, HandleKind kind, bool wanted,
                                  Rights rights) {
  if (!wanted) return nullptr;
  const Handle* handle = TRY(call.argument(i, kind, rights));
  return static_cast<T*>(handle->object);
}

abi::Result<SpawnOrder> decode_order(const proto::Spawn& request, const Call& call) {
  namespace flag = proto::spawn_flag;
  namespace right = proto::memory_right;
  const auto& spawner = call.object_as<Spawner>();
  if (!call.rights.has(proto::spawner_right::spawn)) return Error::denied;
  if ((request.flags & ~flag::all) != 0) return Error::bad_argument;
  const auto has = [&](u64 which) { return (request.flags & which) != 0; };
  if (has(flag::wait) && has(flag::suspended)) return Error::bad_argument;
  if (has(flag::has_handler) && !has(flag::has_bundle)) return Error::bad_argument;
  if (request.priority > spawner.highest_priority) return Error::denied;
  SpawnOrder order{.flags = request.flags,
                   .argc = request.argc,
                   .envc = request.envc,
                   .string_bytes = request.string_bytes,
                   .priority = request.priority == 0 ? spawner.highest_priority : request.priority,
                   .limits = request.limits,
                   .account = spawner.account};
  const Handle* image = TRY(call.argument(0, HandleKind::memory, right::read));
  order.image = static_cast<MemoryObject*>(image->object);
  order.image_rights = image->rights;
  order.block = TRY(optional_argument<MemoryObject>(
      call, 1, HandleKind::memory, has(flag::has_block), right::read | right::write));
  order.bundle =
      TRY(optional_argument<Bundle>(call, 2, HandleKind::bundle, has(flag::has_bundle), Rights{}));
  Account* account = TRY(optional_argument<Account>(
      call, 3, HandleKind::account, has(flag::has_account), proto::account_right::charge));
  if (account != nullptr) order.account = account;
  if (has(flag::has_bundle) && !call.rights.has(proto::spawner_right::pass_capabilities))
    return Error::denied;
  // What is not ordinary memory of somebody's own cannot become a process's.
  if (order.block != nullptr &&
      (order.block->is_module || order.block->shows_source || order.block->is_sealed))
    return Error::wrong_object;
  if (order.block == order.image) return Error::bad_argument;
  // Whoever made the bundle is the parent; a spawner's capability does not say who holds it.
  if (order.bundle != nullptr) order.parent = order.bundle->maker;
  if (has(flag::die_with_parent) && order.parent == nullptr) return Error::bad_argument;
  return order;
}

Answer refusal_of(const SpawnError& error) {
  const auto words = abi::to_words(error.refusal);
  Answer answer{{}, abi::MessageInfo::make(static_cast<u32>(error.error), words.size())};
  for (u64 i = 0; i < words.size(); ++i) answer.words[i] = words[i];
  return answer;
}

Answer plan_of(const SpawnOrder& order) {
  const auto plan = explain(order);
  if (!plan.ok()) return refusal_of(plan.error());
  return {ipc::to_message(*plan), abi::MessageInfo::make(0, abi::words_of<proto::Plan>)};
}

// How the caller will hear of its child: by the answer to this very call, or by a handle. Both are
// made before the child runs, since it could not be taken back.
abi::Status announce(Call& call, Process& process, const SpawnOrder& order) {
  if ((order.flags & proto::spawn_flag::wait) == 0)
    return answer_with_handle(call, HandleKind::process, &process, abi::all_rights, *order.account);
  TRY(core.waiters.add(process.waiters, *order.account));
  call.is_owed = true;
  return {};
}

Answer give_up(Call& call, Process& process, const SpawnError& error) {
  const Answer refusal = refusal_of(error);
  core.waiters.answer_all(process.waiters, refusal.words, refusal.info);
  while (process.handles != nullptr) core.handles.end(*process.handles);
  call.caps = 0;
  abandon(process);
  return refusal;
}

Answer serve_spawn(Call& call) {
  const u64 words = call.message.info.words();
  if (words < abi::words_of<proto::Spawn>) return Answer::error(Error::bad_argument);
  const auto request = ipc::from_message<proto::Spawn>(call.message);
  auto order = decode_order(request, call);
  if (!order.ok()) return refusal_of({order.error(), {SpawnStep::request, SpawnFault::none, 0}});
  order->inline_words = {ipc::buffer().words, words - abi::words_of<proto::Spawn>};
  if ((order->flags & proto::spawn_flag::explain) != 0) return plan_of(*order);
  const auto spawning = prepare(*order);
  if (!spawning.ok()) return refusal_of(spawning.error());
  Process& process = *spawning->process;
  const abi::Status announced = announce(call, process, *order);
  if (!announced.ok()) return give_up(call, process, At{SpawnStep::charge}(announced.error()));
  const auto launched = launch(*spawning, *order);
  if (!launched.ok()) return give_up(call, process, launched.error());
  return {{process.pid}, abi::MessageInfo::make(0, abi::words_of<proto::Started>, call.caps)};
}

constexpr u64 ended_words = abi::words_of<ExitRecord>;
static_assert(ended_words == abi::register_words);

}  // namespace

abi::Status handle(const proto::DeriveSpawner& request, Call& call) {
  const auto& spawner = call.object_as<Spawner>();
  if ((request.flags & ~proto::derive_flag::all) != 0) return Error::bad_argument;
  if (request.highest_priority > spawner.highest_priority) return Error::denied;
  Account* named_account = TRY(optional_argument<Account>(
      call, 0, HandleKind::account, request.flags != 0, proto::account_right::charge));
  Account& account = named_account == nullptr ? *spawner.account : *named_account;
  const u64 priority =
      request.highest_priority == 0 ? spawner.highest_priority : request.highest_priority;
  Spawner* derived = TRY(make_spawner(account, priority));
  const abi::Status named =
      answer_with_handle(call, HandleKind::spawner, derived, call.rights & request.rights, account);
  if (!named.ok()) {
    release_if_unnamed(*derived);
    return named.error();
  }
  return {};
}

Answer serve_spawner(Call& call) {
  if (call.message.info.label() == proto::Spawn::op) return serve_spawn(call);
  return dispatch<proto::AnyHandle, abi::RequestList<proto::DeriveSpawner>>(call);
}

// ---- Processes --------------------------------------------------------------------------------

abi::Result<proto::Wait::Reply> handle(const proto::Wait& request, Call& call) {
  auto& process = call.object_as<Process>();
  if (!call.rights.has(proto::process_right::wait)) return Error::denied;
  if (request.poll > 1) return Error::bad_argument;
  if (process.state == ProcessState::ended) return proto::Wait::Reply{process.record};
  if (request.poll != 0) return Error::would_block;
  TRY(core.waiters.add(process.waiters, *call.handle->account));
  call.is_owed = true;
  return proto::Wait::Reply{};
}

abi::Status handle(const proto::WatchProcess&, Call& call) {
  auto& process = call.object_as<Process>();
  if (!call.rights.has(proto::process_right::wait)) return Error::denied;
  const CapPtr at = core.slots.incoming();
  const auto came =
      TRY(ipc::invoke(core.slots.leaf_of(at), abi::cnode::Identify{.index = index_in_leaf(at)}));
  if (came.type == static_cast<u64>(abi::ObjectType::null)) return Error::invalid_capability;
  if (came.type != static_cast<u64>(abi::ObjectType::notification)) return Error::wrong_object;
  if (!came.rights.has(abi::notification_right::signal)) return Error::denied;
  if (process.state != ProcessState::ended)
    return core.waiters.watch(process.waiters, *call.handle->account);
  return ipc::signal(ipc::Cap<ipc::Notification>{at});
}

abi::Status handle(const proto::Kill&, Call& call) {
  if (!call.rights.has(proto::process_right::kill)) return Error::denied;
  end_process(call.object_as<Process>(), {.kind = EndKind::killed, .detail = call.sender()});
  return {};
}

abi::Status handle(const proto::Suspend&, Call& call) {
  auto& process = call.object_as<Process>();
  if (!call.rights.has(proto::process_right::suspend)) return Error::denied;
  if (process.state >= ProcessState::ending) return Error::gone;
  TRY(ipc::invoke(process.shell->thread, abi::thread::Suspend{}));
  process.state = ProcessState::suspended;
  // If it waited for an answer, that call is over: it fails when the process goes on.
  core.waiters.look_for_dead();
  return {};
}

abi::Status handle(const proto::Resume&, Call& call) {
  auto& process = call.object_as<Process>();
  if (!call.rights.has(proto::process_right::suspend)) return Error::denied;
  if (process.state >= ProcessState::ending) return Error::gone;
  TRY(ipc::invoke(process.shell->thread, abi::thread::Resume{}));
  process.state = ProcessState::running;
  return {};
}

abi::Result<proto::InfoProcess::Reply> handle(const proto::InfoProcess&, Call& call) {
  const auto& process = call.object_as<Process>();
  if (!call.rights.has(proto::process_right::inspect)) return Error::denied;
  proto::InfoProcess::Reply reply{
      .pid = process.pid,
      .parent = process.parent == nullptr ? 0 : process.parent->pid,
      .is_ended = process.state == ProcessState::ended ? u64{1} : u64{0},
      .regions = process.regions.count(),
      .pages = process.pages,
      .peak_pages = process.peak_pages,
      .run_time = process.record.run_time,
      .state = 0};
  if (process.shell == nullptr) return reply;
  const auto info = ipc::invoke(process.shell->thread, abi::thread::Info{});
  if (!info.ok()) return reply;
  reply.run_time = info->run_time - process.shell->run_time;
  reply.state = static_cast<u64>(info->state);
  return reply;
}

Answer serve_process(Call& call) {
  return dispatch<proto::AnyHandle, proto::Process, proto::Space>(call);
}

// ---- Accounts ---------------------------------------------------------------------------------

namespace {

Process* ended_below(const Account& account) {
  for (Process* process = core.all_processes.front(); process != nullptr;
       process = core.all_processes.next(process)) {
    if (process->state != ProcessState::ended || process->was_reported) continue;
    for (const Account* at = process->account; at != nullptr; at = at->parent)
      if (at == &account) return process;
  }
  return nullptr;
}

}  // namespace

abi::Status handle(const proto::CreateAccount& request, Call& call) {
  if (!call.rights.has(proto::account_right::create)) return Error::denied;
  auto& above = call.object_as<Account>();
  const Held account{*TRY(make_account(&above, request.limits))};
  return answer_with_handle(call, HandleKind::account, &*account, abi::all_rights, above);
}

abi::Status handle(const proto::KillAccount&, Call& call) {
  if (!call.rights.has(proto::account_right::kill)) return Error::denied;
  kill_account(call.object_as<Account>(), {.kind = EndKind::killed, .detail = call.sender()});
  return {};
}

abi::Result<proto::WaitAny::Reply> handle(const proto::WaitAny& request, Call& call) {
  auto& account = call.object_as<Account>();
  if (!call.rights.has(proto::account_right::wait)) return Error::denied;
  if (request.poll > 1) return Error::bad_argument;
  if (Process* process = ended_below(account)) {
    process->was_reported = true;
    return proto::WaitAny::Reply{process->record};
  }
  if (account.used.processes == 0) return Error::not_found;
  if (request.poll != 0) return Error::would_block;
  TRY(core.waiters.add(account.waiters, account));
  call.is_owed = true;
  return proto::WaitAny::Reply{};
}

abi::Result<proto::InfoAccount::Reply> handle(const proto::InfoAccount&, Call& call) {
  if (!call.rights.has(proto::account_right::inspect)) return Error::denied;
  const auto& account = call.object_as<Account>();
  return proto::InfoAccount::Reply{.used = account.used, .limits = account.limits};
}

abi::Result<proto::Ledger::Reply> handle(const proto::Ledger&, Call& call) {
  if (!call.rights.has(proto::account_right::inspect)) return Error::denied;
  return ledger();
}

abi::Result<proto::InjectFailure::Reply> handle(const proto::InjectFailure& request, Call& call) {
  if (!injects) return Error::not_supported;
  if (call.object != core.everything || !call.rights.has(proto::account_right::create))
    return Error::denied;
  const u64 left = core.injector.left();
  core.injector.fail_at(request.k);
  return proto::InjectFailure::Reply{left};
}

Answer serve_account(Call& call) { return dispatch<proto::AnyHandle, proto::Account>(call); }

}  // namespace procmgr
