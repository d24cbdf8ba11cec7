// SPDX-License-Identifier: MIT
// procmgr's requests about processes that crashed, for whoever the boot manifest grants the handle.
// What a record says stands in abi/crash.hpp.
#pragma once

#include <abi/proto/procmgr.hpp>

namespace abi::procmgr {

// How many records procmgr keeps: the newest. None before the boot manifest grants this handle.
inline constexpr u64 kept_crashes = 8;

// The number of the newest crash, if it is above `after`; else the answer comes with the next one
// (`poll` as for Wait). Errors: would_block, bad_argument (`after` lies in the future), over_quota,
// no_memory.
struct WaitCrash {
  static constexpr u32 op = op_of(HandleKind::crashes, 1);
  static constexpr std::string_view name = "crashes.wait";
  u64 after;
  u64 poll;
  struct Reply {
    u64 newest;
    u64 opened;  // the highest number that anybody has opened: where a reader goes on after its end
  };
};

// Capabilities of the answer: the record, a memory object of one abi::CrashRecord; the image that
// the process ran, which does not come if the process had no region of it any more. Both with the
// right read. Errors: not_found (it is too old, or there was no such crash), over_quota, no_memory,
// no_space.
struct OpenCrash {
  static constexpr u32 op = op_of(HandleKind::crashes, 2);
  static constexpr std::string_view name = "crashes.open";
  u64 number;
  struct Reply {
    static constexpr u64 caps = 2;
  };
};

using Crashes = RequestList<WaitCrash, OpenCrash>;

}  // namespace abi::procmgr
