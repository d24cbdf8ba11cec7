// SPDX-License-Identifier: MIT
// A bundle: a leaf that a client fills and that becomes leaf 1 of its child.
#pragma once

#include <libipc/cap.hpp>
#include <servers/procmgr/process/handle.hpp>

namespace procmgr {

struct Process;

struct Bundle {
  Account* account = nullptr;
  Process* maker = nullptr;  // it ends with it, unless it has travelled
  CapPtr untyped;            // in which the leaf lies
  ipc::Cap<ipc::CNode> leaf;
  Handle* handles = nullptr;
  Bundle* next = nullptr;  // of the same maker
};

// Charged to the account; it ends with its maker, if it has one. Errors: no_memory, no_space,
// over_quota.
abi::Result<Bundle*> make_bundle(Account& account, Process* maker);

// A capability for whoever gets the bundle, at `index`.
abi::Status put_in_bundle(Bundle& bundle, u64 index, CapPtr source, Rights rights);

// What is in it goes, and its handles end.
void end_bundle(Bundle& bundle);

// The process gets it as its leaf 1; nobody else can reach into it any more, and the bundle is no
// more. After an error nothing has changed.
abi::Status install_bundle(Process& process, Bundle& bundle);

// Leaf `index` of a process, in memory that goes with it: charged, and put into its CSpace.
abi::Result<ipc::Cap<ipc::CNode>> add_leaf(Process& process, u64 index);
// One that stands nowhere in its CSpace.
abi::Result<ipc::Cap<ipc::CNode>> make_leaf(Process& process);

}  // namespace procmgr
