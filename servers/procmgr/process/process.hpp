// SPDX-License-Identifier: MIT
// A process, from its spawn to the last handle that could ask how it ended.
//
//   building -> suspended <-> running -> ending (its memory goes, in steps) -> ended -> gone
//        \_______ a step failed __________/
//
// Whoever waits for it is answered when it has ended: then nothing of it is left but the record.
#pragma once

#include <abi/proto/inspect.hpp>
#include <servers/procmgr/process/account.hpp>
#include <servers/procmgr/process/shell.hpp>
#include <servers/procmgr/process/waiter.hpp>
#include <servers/procmgr/serve/work.hpp>
#include <servers/procmgr/space/region.hpp>

namespace procmgr {

using abi::procmgr::EndKind;
using abi::procmgr::ExitRecord;

struct Bundle;

using abi::procmgr::ProcessState;

struct Process {
  Work work;  // its end
  u64 pid = 0;
  ProcessState state = ProcessState::building;
  Shell* shell = nullptr;  // while it has not ended
  Account* account = nullptr;
  base::SpanTree regions;
  ExitRecord record{};
  Handle* handles = nullptr;
  WaiterList waiters;
  u64 pages = 0;  // that came into being by its touch, and are there still
  u64 peak_pages = 0;

  Process* parent = nullptr;  // while both live
  Process* children = nullptr;
  Process* next_sibling = nullptr;
  Process* previous_sibling = nullptr;
  bool dies_with_parent = false;
  bool are_waiters_told = false;  // of its end, which has come
  bool was_reported = false;      // to somebody who waited for any

  base::Link<Process> link;  // of all processes

  CapStack untypeds;        // what its own objects are made of
  CapStack leaf_untypeds;   // the same, of leaves
  CapPtr open_untyped;      // the one that is not full
  u64 charged_objects = 0;  // for those, in units of 64 bytes
  Bundle* bundles = nullptr;
  u64 leaves = 1;  // bits: which of its leaves are there
  bool has_bundle = false;
  bool has_notification = false;  // bound to its thread
  u64 image_end = 0;
  u64 started = 0;                                 // ticks of the counter
  char name[abi::procmgr::max_process_name] = {};  // argument 0 as it was spawned, cut
  u64 server = 0;                                  // which one of the manifest, counted from 1
};

using ProcessList = base::List<Process, &Process::link>;

// A process in a shell, that has nothing yet. Errors: no_memory, no_space, over_quota.
abi::Result<Process*> make_process(Account& account);

// It runs no more; its end begins. What it has goes in steps. Once for each.
void end_process(Process& process, const ExitRecord& record);

// A process that was never started goes at once.
void abandon(Process& process);

// Kills every process of the account and below.
void kill_account(Account& account, const ExitRecord& record);

// If nobody can ask for it any more, it is forgotten.
void forget_if_unnamed(Process& process);

}  // namespace procmgr
