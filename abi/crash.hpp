// SPDX-License-Identifier: MIT
// What procmgr keeps of a process that crashed: one page, in a memory object that nobody can
// change. Whoever may read crashes (abi/proto/crashes.hpp) gets it, and the image beside it.
#pragma once

#include <abi/fault.hpp>
#include <abi/object/thread.hpp>

namespace abi {

inline constexpr u64 max_crash_name = 64;  // with the zero behind it
inline constexpr u64 max_crash_regions = 32;
inline constexpr u64 max_crash_returns = 32;
inline constexpr u64 max_crash_words = 256;

struct CrashRegion {
  u64 start;
  u64 length;
  u32 access;  // memory_right: read 1, write 2, execute 4
  u32 kind;    // procmgr::RegionKind
};

struct CrashRecord {
  u64 number;   // crashes are counted from 1
  u64 pid;      // the one of the ExitRecord
  u32 end;      // procmgr::EndKind: faulted or over_quota
  u32 fault;    // FaultKind
  u64 address;  // what the kernel said of the fault: see FaultMessage
  Access access;
  u64 present;
  u64 syndrome;
  u64 processor_state;  // FaultMessage::flags
  thread::Registers registers;
  char name[max_crash_name];  // argument 0, as the process's memory had it; dots for what is no
                              // letter of ASCII; zero behind it
  u64 regions_in_all;
  u32 region_count;  // of those, in order of addresses, stand here
  u32 return_count;
  u64 word_count;
  CrashRegion regions[max_crash_regions];
  u64 returns[max_crash_returns];  // a walk along x29: who called, from the last call on
  u64 words[max_crash_words];      // of the stack, from sp upward, up to a page that is not there
};

static_assert(std::has_unique_object_representations_v<CrashRecord>, "no padding");
static_assert(sizeof(CrashRecord) <= 4 * base::kib, "it is one page");

}  // namespace abi
