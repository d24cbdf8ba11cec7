// SPDX-License-Identifier: MIT
// All state of procmgr in one place. Nothing of it is reached by more than one thread: there is
// only one.
#pragma once

#include <abi/bootinfo.hpp>
#include <libipc/cap.hpp>
#include <servers/procmgr/injector.hpp>
#include <servers/procmgr/inspect/system.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>
#include <servers/procmgr/kernel/object_memory.hpp>
#include <servers/procmgr/memory/memory_object.hpp>
#include <servers/procmgr/memory/pages.hpp>
#include <servers/procmgr/memory/slab.hpp>
#include <servers/procmgr/process/account.hpp>
#include <servers/procmgr/process/bundle.hpp>
#include <servers/procmgr/process/crash.hpp>
#include <servers/procmgr/process/handle.hpp>
#include <servers/procmgr/process/process.hpp>
#include <servers/procmgr/process/shell.hpp>
#include <servers/procmgr/process/spawner.hpp>
#include <servers/procmgr/process/waiter.hpp>
#include <servers/procmgr/serve/work.hpp>
#include <servers/procmgr/space/region.hpp>
#include <servers/procmgr/start/modules.hpp>

namespace procmgr {

// Records that may be of any size up to a page, by type.
class Tables {
 public:
  constexpr Tables() = default;
  template <class T>
  T* make() {
    return slab<T>().make();
  }
  template <class T>
  void release(T* record) {
    slab<T>().release(record);
  }

 private:
  template <class T>
  Slab<T>& slab();
  Slab<SlotLeaf> slot_leaves_;
};

template <>
inline Slab<SlotLeaf>& Tables::slab<SlotLeaf>() {
  return slot_leaves_;
}

struct Core {
  const abi::BootInfo* boot = nullptr;
  Injector injector;

  ipc::Cap<ipc::Endpoint> endpoint;          // what everybody calls
  ipc::Cap<ipc::Notification> notification;  // handles that nobody holds any more

  // The Reply on which the present caller hangs, and the one to bind for the next, if another.
  ipc::Cap<ipc::Reply> bound_reply;
  ipc::Cap<ipc::Reply> next_reply;

  CapSlots slots;
  ObjectMemory objects;
  Pages pages;
  Tables tables;

  Handles handles;
  Waiters waiters;
  WorkQueue work;

  Slab<Account> accounts;
  Slab<Bundle> bundles;
  Slab<MemoryObject> memory_objects;
  Slab<Process> processes;
  Slab<Region> regions;
  Slab<Spawner> spawners;
  Slab<Trim> trims;
  Slab<ImageRecord> images;

  Shells shells;
  Modules modules;
  Crashes crashes;
  System system;
  Account* everything = nullptr;  // the account at the root
  u64 next_account = 1;
  base::SpanTree all_accounts;
  u64 next_pid = 1;
  ProcessList all_processes;
};

extern constinit Core core;

}  // namespace procmgr
