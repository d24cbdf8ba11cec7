// SPDX-License-Identifier: MIT
// procmgr's requests about the machine as a whole, for whoever looks for what is wrong with it: the
// boot manifest grants the handle (`grant inspect = inspect`). They read, and change nothing. What
// only the kernel knows (what a thread waits for, who has which capability) stands in
// abi/object/inspector.hpp.
//
// Lists are walked with a cursor, each step of which looks at a bounded number of places. What is
// there throughout a walk is met once.
#pragma once

#include <abi/proto/procmgr.hpp>

namespace abi::procmgr {

namespace system_right {
inline constexpr Rights inspect{1};  // everything here, but:
inline constexpr Rights kill{2};     // OpenProcess with the rights kill and suspend
}  // namespace system_right

inline constexpr u64 max_process_name = 32;  // with a zero behind it

enum class ProcessState : u64 { building = 0, suspended = 1, running = 2, ending = 3, ended = 4 };

constexpr std::string_view name_of(ProcessState state) {
  switch (state) {
    case ProcessState::building: return "building";
    case ProcessState::suspended: return "suspended";
    case ProcessState::running: return "running";
    case ProcessState::ending: return "ending";
    case ProcessState::ended: return "ended";
  }
  return "?";
}

struct ProcessEntry {
  u64 number;  // of its shell: what OpenProcess finds it by. The badge of its faults ends in it
  u64 pid;
  u64 parent;   // 0: procmgr, or a process that is no more
  u64 account;  // what pays for it
  ProcessState state;
  u64 thread_state;  // thread::State
  u64 priority;
  u64 server;  // which one of the boot manifest, from 1; 0: none
  u64 regions;
  u64 pages;  // that came into being by its touch, and are there still
  u64 peak_pages;
  u64 object_bytes;  // of the kernel objects that it made, its bundle and leaves
  u64 started;       // ticks of the counter
  u64 run_time;      // ticks
  u64 messages;
  u64 faults;
  char name[max_process_name];  // argument 0, cut; dots for what is no text
};

// The first process at shell number `from` or above. If the shells that were looked at had none,
// the pid is 0. Go on at `next`. Error: not_found (there are no more shells).
struct NextProcess {
  static constexpr u32 op = op_of(HandleKind::system, 1);
  static constexpr std::string_view name = "system.next_process";
  u64 from;
  struct Reply {
    u64 next;
    ProcessEntry process;
  };
};

// A handle for the process, with at most these rights of: inspect and wait; kill and suspend, if
// this handle has the right kill. Capabilities: the account that pays (right charge). Of the
// answer: the handle. Errors: not_found (no such process there), denied (no right would be left),
// over_quota, no_memory, no_space.
struct OpenProcess {
  static constexpr u32 op = op_of(HandleKind::system, 2);
  static constexpr std::string_view name = "system.open_process";
  static constexpr u64 caps = 1;
  u64 number;
  u64 pid;
  Rights rights;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// The account with the lowest id above `after`. Ids are never used again; that of the account at
// the root is 1. Error: not_found.
struct NextAccount {
  static constexpr u32 op = op_of(HandleKind::system, 3);
  static constexpr std::string_view name = "system.next_account";
  u64 after;
  struct Reply {
    u64 id;
    u64 parent;  // 0: none
    u64 depth;
    u64 references;  // handles, processes, accounts below, objects that it pays for
    Limits used;
    Limits limits;  // all bits set: none
  };
};

// How the last processes ended, oldest first: the first whose number is above `after`. They are
// counted from 1. Error: not_found.
inline constexpr u64 kept_exits = 64;

struct NextExit {
  static constexpr u32 op = op_of(HandleKind::system, 4);
  static constexpr std::string_view name = "system.next_exit";
  u64 after;
  struct Reply {
    u64 number;
    u64 ended;  // ticks of the counter
    u64 account;
    char name[max_process_name];
    ExitRecord record;
  };
};

// procmgr's log as far as it is kept, from position `from` or from the oldest byte that is there.
// No bytes: that was all. Whoever has the grant `log` can change what stands there.
struct ReadLog {
  static constexpr u32 op = op_of(HandleKind::system, 5);
  static constexpr std::string_view name = "system.read_log";
  u64 from;
  struct Reply {
    u64 from;
    u64 bytes;
    char text[896];
  };
};

// The machine, and its books as account.ledger has them.
struct InfoMachine {
  static constexpr u32 op = op_of(HandleKind::system, 6);
  static constexpr std::string_view name = "system.info";
  struct Reply {
    u64 memory_bytes;   // all of the machine's RAM
    u64 kernel_bytes;   // the kernel's image and tables
    u64 archive_bytes;  // the boot archive
    u64 cpus;
    u64 devices;
    u64 epoch;  // as ProcessPage
    Ledger::Reply ledger;
  };
};

// What procmgr keeps ready, and how many records it has.
struct PoolRecords {
  u64 live;
  u64 bytes;  // of one
};

struct InfoPools {
  static constexpr u32 op = op_of(HandleKind::system, 7);
  static constexpr std::string_view name = "system.pools";
  struct Reply {
    u64 shells;
    u64 shells_ready;
    u64 shell_bytes;   // of kernel objects in one
    u64 object_bytes;  // set aside for kernel objects, used or not
    u64 page_tables_ready;
    u64 replies_ready;
    u64 small_untypeds_ready;
    u64 leaf_untypeds_ready;
    u64 slots_used;  // of procmgr's own CSpace
    u64 handles;
    PoolRecords processes;
    PoolRecords accounts;
    PoolRecords memory_objects;
    PoolRecords regions;
    PoolRecords bundles;
    PoolRecords spawners;
    PoolRecords waiters;
  };
};

using System =
    RequestList<NextProcess, OpenProcess, NextAccount, NextExit, ReadLog, InfoMachine, InfoPools>;

}  // namespace abi::procmgr
