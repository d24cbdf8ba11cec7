// SPDX-License-Identifier: MIT
#include <abi/object/thread.hpp>
#include <algorithm>
#include <cstring>
#include <libipc/invoke.hpp>
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/serve/requests.hpp>
#include <servers/procmgr/start/clock.hpp>
#include <servers/procmgr/start/log.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace proto = abi::procmgr;

// Shells that one request looks at.
constexpr u64 shells_per_step = 64;

using Name = char[proto::max_process_name];

// Spawners write names, and readers show them at terminals. Spawns and ends only copy them.
void make_readable(Name& name) {
  bool is_over = false;
  for (char& c : name) {
    is_over = is_over || c == 0;
    if (is_over)
      c = 0;
    else if (c < ' ' || c > '~')
      c = '.';
  }
}

proto::ProcessEntry entry_of(const Process& process) {
  const Shell& shell = *process.shell;
  proto::ProcessEntry entry{.number = shell.number,
                            .pid = process.pid,
                            .parent = process.parent == nullptr ? 0 : process.parent->pid,
                            .account = process.account->id(),
                            .state = process.state,
                            .thread_state = 0,
                            .priority = shell.priority,
                            .server = process.server,
                            .regions = process.regions.count(),
                            .pages = process.pages,
                            .peak_pages = process.peak_pages,
                            .object_bytes = process.charged_objects * abi::object_alignment,
                            .started = process.started};
  std::memcpy(entry.name, process.name, sizeof(Name));
  make_readable(entry.name);
  const auto info = ipc::invoke(shell.thread, abi::thread::Info{});
  if (!info.ok()) return entry;
  entry.thread_state = static_cast<u64>(info->state);
  entry.run_time = info->run_time - shell.run_time;
  entry.messages = info->messages - shell.messages;
  entry.faults = info->faults - shell.faults_seen;
  return entry;
}

template <class T>
proto::PoolRecords records_of(const Slab<T>& slab) {
  return {slab.live(), sizeof(T)};
}

}  // namespace

void ExitLog::note(const Process& process) {
  auto& place = kept_[++newest_ % proto::kept_exits];
  place.number = newest_;
  place.ended = ipc::machine::counter();
  place.account = process.account->id();
  place.record = process.record;
  std::memcpy(place.name, process.name, sizeof(Name));
}

const proto::NextExit::Reply* ExitLog::next(u64 after) const {
  const u64 oldest = newest_ - std::min(newest_, proto::kept_exits);
  const u64 number = std::max(after, oldest) + 1;
  return number > newest_ || number == 0 ? nullptr : &kept_[number % proto::kept_exits];
}

proto::Ledger::Reply ledger() {
  const u64 kernel = core.objects.total_bytes() / base::page_size;
  return {.total = core.pages.total() + kernel,
          .free = core.pages.free_count(),
          .owned = core.pages.used(PageUse::owned),
          .kernel = kernel,
          .own = core.pages.used(PageUse::tables),
          .shells = core.pages.used(PageUse::shells),
          .processes = core.everything->used.processes,
          .handles = core.handles.live()};
}

// ---- Requests ---------------------------------------------------------------------------------

abi::Result<proto::NextProcess::Reply> handle(const proto::NextProcess& request, Call&) {
  if (request.from >= core.shells.count()) return Error::not_found;
  const u64 end = std::min(core.shells.count(), request.from + shells_per_step);
  for (u64 number = request.from; number < end; ++number) {
    const Process* process = core.shells.find(number)->process;
    if (process == nullptr) continue;
    return proto::NextProcess::Reply{.next = number + 1, .process = entry_of(*process)};
  }
  return proto::NextProcess::Reply{.next = end, .process = {}};
}

abi::Status handle(const proto::OpenProcess& request, Call& call) {
  namespace right = proto::process_right;
  Rights rights = right::inspect | right::wait;
  if (call.rights.has(proto::system_right::kill)) rights = rights | right::kill | right::suspend;
  rights = rights & request.rights;
  if (rights == Rights{}) return Error::denied;
  const Shell* shell = core.shells.find(request.number);
  if (shell == nullptr || shell->process == nullptr || shell->process->pid != request.pid)
    return Error::not_found;
  const Handle* payer = TRY(call.argument(0, HandleKind::account, proto::account_right::charge));
  return answer_with_handle(call, HandleKind::process, shell->process, rights,
                            *static_cast<Account*>(payer->object));
}

abi::Result<proto::NextAccount::Reply> handle(const proto::NextAccount& request, Call&) {
  constexpr u64 most = ~u64{0} / base::page_size - 1;
  if (request.after >= most) return Error::not_found;
  const auto* account = static_cast<const Account*>(
      core.all_accounts.first_ending_above((request.after + 1) * base::page_size));
  if (account == nullptr) return Error::not_found;
  return proto::NextAccount::Reply{.id = account->id(),
                                   .parent = account->parent == nullptr ? 0 : account->parent->id(),
                                   .depth = account->depth,
                                   .references = account->references,
                                   .used = account->used,
                                   .limits = account->limits};
}

abi::Result<proto::NextExit::Reply> handle(const proto::NextExit& request, Call&) {
  const auto* found = core.system.exits.next(request.after);
  if (found == nullptr) return Error::not_found;
  proto::NextExit::Reply reply = *found;
  make_readable(reply.name);
  return reply;
}

abi::Result<proto::ReadLog::Reply> handle(const proto::ReadLog& request, Call&) {
  proto::ReadLog::Reply reply{.from = request.from, .bytes = 0, .text = {}};
  reply.bytes = read_log(reply.from, reply.text);
  return reply;
}

abi::Result<proto::InfoMachine::Reply> handle(const proto::InfoMachine&, Call&) {
  const abi::BootInfo& boot = *core.boot;
  proto::InfoMachine::Reply reply{.memory_bytes = 0,
                                  .kernel_bytes = boot.kernel_image.size,
                                  .archive_bytes = boot.archive.size,
                                  .cpus = boot.cpus.count,
                                  .devices = boot.devices.count,
                                  .epoch = epoch(),
                                  .ledger = ledger()};
  for (const abi::MemoryRange& range : boot.memory) reply.memory_bytes += range.size;
  return reply;
}

abi::Result<proto::InfoPools::Reply> handle(const proto::InfoPools&, Call&) {
  return proto::InfoPools::Reply{
      .shells = core.shells.count(),
      .shells_ready = core.shells.ready_count(),
      .shell_bytes = shell_bytes,
      .object_bytes = core.objects.total_bytes(),
      .page_tables_ready = core.objects.ready_count(Ready::page_table),
      .replies_ready = core.objects.ready_count(Ready::reply),
      .small_untypeds_ready = core.objects.ready_count(Ready::small_untyped),
      .leaf_untypeds_ready = core.objects.ready_count(Ready::leaf_untyped),
      .slots_used = core.slots.used_count(),
      .handles = core.handles.live(),
      .processes = records_of(core.processes),
      .accounts = records_of(core.accounts),
      .memory_objects = records_of(core.memory_objects),
      .regions = records_of(core.regions),
      .bundles = records_of(core.bundles),
      .spawners = records_of(core.spawners),
      .waiters = {core.waiters.live(), sizeof(Waiter)}};
}

// Whoever may inspect may ask for everything here; what kills is looked at in OpenProcess.
Answer serve_system(Call& call) {
  const bool is_its_own = !proto::System::name_of(call.message.info.label()).empty();
  if (is_its_own && !call.rights.has(proto::system_right::inspect))
    return Answer::error(Error::denied);
  return dispatch<proto::AnyHandle, proto::System>(call);
}

}  // namespace procmgr
