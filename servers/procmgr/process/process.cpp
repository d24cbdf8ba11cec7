// SPDX-License-Identifier: MIT
#include <abi/object/thread.hpp>
#include <libipc/invoke.hpp>
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/process.hpp>
#include <servers/procmgr/start/supervisor.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::SlotName;
using ipc::invoke;
namespace cnode = abi::cnode;

constexpr u64 regions_per_step = 32;

constexpr u64 shell_units = shell_bytes / abi::object_alignment;
constexpr u64 shell_pages = 1;

// The capability to the account, in leaf 0.
abi::Status place_account(Shell& shell, Account& account) {
  constexpr Rights rights = abi::procmgr::account_right::charge |
                            abi::procmgr::account_right::inspect |
                            abi::procmgr::account_right::create;
  Handle* handle = TRY(core.handles.make(HandleKind::account, &account, rights, *core.everything));
  if (shell.account == handle) return {};
  const u64 index = index_in_leaf(abi::process_slot::account);
  TRY(invoke(shell.leaf0, cnode::Delete{.index = index}));
  shell.account = nullptr;
  TRY(invoke(shell.leaf0, cnode::Copy{.index = index,
                                      .source = SlotName::own(handle->anchor),
                                      .rights = abi::all_rights}));
  shell.account = handle;
  return {};
}

void take_account_away(Shell& shell, const Account& account) {
  if (&account == core.everything) return;
  static_cast<void>(
      invoke(shell.leaf0, cnode::Delete{.index = index_in_leaf(abi::process_slot::account)}));
  shell.account = nullptr;
}

// ---- The end ----------------------------------------------------------------------------------

bool drop_regions(Process& process) {
  for (u64 i = 0; i < regions_per_step; ++i) {
    auto* region = static_cast<Region*>(process.regions.first_ending_above(0));
    if (region == nullptr) return true;
    drop_region(*region);
  }
  return false;
}

// What the process had made for itself goes with the memory that it was made in.
bool drop_untyped(CapStack& stack, Ready kind) {
  const CapPtr untyped = core.slots.pop(stack);
  if (untyped == CapPtr{}) return true;
  static_cast<void>(
      invoke(core.slots.leaf_of(untyped), cnode::Revoke{.index = index_in_leaf(untyped)}));
  core.objects.give_back(kind, untyped);
  return false;
}

void leave_parent(Process& process) {
  if (process.parent == nullptr) return;
  (process.previous_sibling == nullptr ? process.parent->children
                                       : process.previous_sibling->next_sibling) =
      process.next_sibling;
  if (process.next_sibling != nullptr)
    process.next_sibling->previous_sibling = process.previous_sibling;
  process.parent = nullptr;
  process.next_sibling = nullptr;
  process.previous_sibling = nullptr;
}

// True: it has none any more.
bool end_one_child(Process& process) {
  Process* child = process.children;
  if (child == nullptr) return true;
  leave_parent(*child);
  if (child->dies_with_parent)
    end_process(*child, {.kind = EndKind::parent_died, .detail = process.pid});
  return false;
}

bool has_waiters(const Account* account) {
  for (; account != nullptr; account = account->parent)
    if (!account->waiters.empty()) return true;
  return false;
}

// Those who wait for it, a few with each step; then those who wait for any. True: all of them.
bool tell(Process& process) {
  // It never ran: nobody waits for it, and nobody is to hear of it.
  if (process.record.kind == EndKind::running) return true;
  const ipc::Words words = abi::to_words(process.record);
  const auto info = abi::MessageInfo::make(0, abi::words_of<ExitRecord>);
  if (!core.waiters.answer_some(process.waiters, words, info)) return false;
  if (!has_waiters(process.account)) return true;
  for (Account* account = process.account; account != nullptr; account = account->parent)
    core.waiters.answer_all(account->waiters, words, info);
  process.was_reported = true;
  return true;
}

void finish(Process& process) {
  take_account_away(*process.shell, *process.account);
  core.shells.give_back(*process.shell);
  process.shell = nullptr;
  leave_parent(process);
  refund(*process.account, &Limits::processes, 1);
  refund(*process.account, &Limits::pages, shell_pages);
  refund(*process.account, &Limits::objects, shell_units + process.charged_objects);
  process.state = ProcessState::ended;
  if (process.open_untyped != CapPtr{}) core.waiters.look_for_dead_watches();
}

bool dismantle(Process& process) {
  if (!end_one_child(process)) return false;
  if (process.bundles != nullptr) {
    end_bundle(*process.bundles);
    return false;
  }
  if (!drop_untyped(process.untypeds, Ready::small_untyped)) return false;
  if (!drop_untyped(process.leaf_untypeds, Ready::leaf_untyped)) return false;
  if (!drop_regions(process)) return false;
  finish(process);
  return true;
}

bool end_step(Work& work) {
  auto& process = reinterpret_cast<Process&>(work);  // its first member
  if (process.state != ProcessState::ended && !dismantle(process)) return false;
  if (!tell(process)) return false;
  core.work.remove(process.work);
  process.are_waiters_told = true;
  process_has_ended(process);
  forget_if_unnamed(process);
  return true;
}

void take_usage(Process& process) {
  const auto info = invoke(process.shell->thread, abi::thread::Info{});
  if (info.ok()) {
    // Perhaps it was procmgr that it waited for. (Whoever exits or faults does that, and no more.)
    const bool was_ended =
        process.record.kind != EndKind::exited && process.record.kind != EndKind::faulted;
    if (was_ended && info->state == abi::thread::State::replying) core.waiters.look_for_dead();
    process.record.run_time = info->run_time - process.shell->run_time;
    process.record.messages = info->messages - process.shell->messages;
    process.record.faults = static_cast<u32>(info->faults - process.shell->faults_seen);
    process.shell->run_time = info->run_time;
    process.shell->messages = info->messages;
    process.shell->faults_seen = info->faults;
  }
  process.record.peak_pages = static_cast<u32>(process.peak_pages);
  process.record.pid = process.pid;
}

}  // namespace

abi::Result<Process*> make_process(Account& account) {
  Charge charge{account};
  TRY(charge.add(&Limits::processes, 1));
  TRY(charge.add(&Limits::pages, shell_pages));
  TRY(charge.add(&Limits::objects, shell_units));
  Process* process = core.processes.make();
  if (process == nullptr) return Error::no_memory;
  const auto shell = core.shells.take();
  abi::Status placed = shell.error();
  if (placed.ok()) placed = place_account(**shell, account);
  if (!placed.ok()) {
    if (shell.ok()) core.shells.give_back(**shell);
    core.processes.release(process);
    return placed.error();
  }
  charge.keep();
  process->work.step = end_step;
  process->pid = core.next_pid++;
  process->started = ipc::machine::counter();
  process->shell = *shell;
  process->account = &account;
  (*shell)->process = process;
  retain(account);
  core.all_processes.push_back(process);
  return process;
}

void end_process(Process& process, const ExitRecord& record) {
  if (process.state >= ProcessState::ending) return;
  process.state = ProcessState::ending;
  process.record = record;
  take_usage(process);
  core.system.exits.note(process);
  static_cast<void>(invoke(process.shell->thread, abi::thread::Suspend{}));
  // Nothing is mapped any more before the first page is somebody else's.
  static_cast<void>(invoke(process.shell->vspace, abi::vspace::Clear{}));
  core.work.add(process.work);
}

void abandon(Process& process) {
  process.state = ProcessState::ending;
  static_cast<void>(invoke(process.shell->vspace, abi::vspace::Clear{}));
  // It has little: no children, no objects of its own, the regions of its image and stack.
  while (!end_step(process.work)) continue;
}

void kill_account(Account& account, const ExitRecord& record) {
  for (Process* process = core.all_processes.front(); process != nullptr;
       process = core.all_processes.next(process))
    for (const Account* at = process->account; at != nullptr; at = at->parent)
      if (at == &account) end_process(*process, record);
}

void forget_if_unnamed(Process& process) {
  if (!process.are_waiters_told || process.handles != nullptr) return;
  core.all_processes.remove(&process);
  release(*process.account);
  core.processes.release(&process);
}

}  // namespace procmgr
