// SPDX-License-Identifier: MIT
// The records of processes that crashed (abi/crash.hpp): the newest few, for whoever the boot
// manifest lets read them. procmgr only notes what was there; a reporter makes sense of it.
#pragma once

#include <abi/fault.hpp>
#include <abi/proto/crashes.hpp>
#include <servers/procmgr/process/process.hpp>

namespace procmgr {

struct Crash {
  MemoryObject* record = nullptr;  // a sealed page that the account at the root pays for
  MemoryObject* image = nullptr;   // null: the process had no region of it any more
};

struct Crashes {
  Crash kept[abi::procmgr::kept_crashes] = {};  // number n stands at n % kept_crashes
  u64 newest = 0;
  u64 opened = 0;         // the highest number that anybody has opened
  bool are_kept = false;  // the manifest grants them to somebody
  WaiterList waiters;
  Handle* handles = nullptr;
};

// Notes how the process stands, which has just faulted and is about to end with `end`. Stops it.
// Where there is no memory for it, there is no record.
void keep_crash(const Process& process, const ExitRecord& end, const abi::FaultMessage& fault);

}  // namespace procmgr
