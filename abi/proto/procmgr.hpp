// SPDX-License-Identifier: MIT
// The protocol of procmgr. Every capability to procmgr is a handle: its badge says for what object
// and with which rights. What a request needs stands above it; capabilities that travel are listed
// in the order of the message's slots.
#pragma once

#include <abi/process.hpp>
#include <abi/proto/memory.hpp>

namespace abi::procmgr {

// ---- Address spaces: of the process of a self handle, or of a process handle with the right map
// --

// A region shows [offset, offset + length) of a memory object at `address` (0: at a free place that
// procmgr chooses). `access`: memory_right read, write, execute; write and execute exclude each
// other. Whole pages. `flags`: map_flag bits. Capabilities: the memory object.
// Errors: occupied (another region lies there), out_of_range, denied, no_space, over_quota.
struct Map {
  static constexpr u32 op = op_of(HandleKind::self, 2);
  static constexpr std::string_view name = "self.map";
  static constexpr u64 caps = 1;
  u64 address;
  u64 offset;
  u64 length;
  Rights access;
  u64 flags;
  struct Reply {
    u64 address;
  };
};

namespace map_flag {
inline constexpr u64 populate = 1;  // all pages now, as far as a step goes; the rest when touched
inline constexpr u64 all = 1;
}  // namespace map_flag

// Memory that only this address space shows: an object without a handle, and its region in one
// request. It goes with the region.
struct MapNew {
  static constexpr u32 op = op_of(HandleKind::self, 3);
  static constexpr std::string_view name = "self.map_new";
  u64 address;
  u64 length;
  Rights access;
  u64 flags;
  struct Reply {
    u64 address;
  };
};

// Whatever regions, and parts of them, lie in [address, address + length). None is no error.
struct Unmap {
  static constexpr u32 op = op_of(HandleKind::self, 4);
  static constexpr std::string_view name = "self.unmap";
  u64 address;
  u64 length;
  struct Reply {};
};

// Errors: not_found (a part of the range is not mapped), denied (the handle that it was mapped with
// had not that right). Nothing changes then.
struct Protect {
  static constexpr u32 op = op_of(HandleKind::self, 5);
  static constexpr std::string_view name = "self.protect";
  u64 address;
  u64 length;
  Rights access;
  struct Reply {};
};

// The first region that ends above `address`. A process handle needs the right inspect for this,
// and not map. Error: not_found.
struct FindRegion {
  static constexpr u32 op = op_of(HandleKind::self, 6);
  static constexpr std::string_view name = "self.find_region";
  u64 address;
  struct Reply {
    u64 address;
    u64 length;
    u64 offset;
    Rights access;
    u64 kind;   // RegionKind
    u64 pages;  // of its object, that are there
  };
};

enum class RegionKind : u64 { memory = 0, image = 1, stack = 2, arguments = 3, process_page = 4 };

using Space = RequestList<Map, MapNew, Unmap, Protect, FindRegion>;

// ---- Objects of the kernel that a process may have ---------------------------------------------

// An Endpoint, Notification, Reply or Timer, charged to the account. It goes when the last
// capability to it goes, and with the process. Capabilities of the answer: it, with all rights.
struct MakeObject {
  static constexpr u32 op = op_of(HandleKind::self, 7);
  static constexpr std::string_view name = "self.make_object";
  u64 type;  // ObjectType
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// Another leaf of 256 empty slots at `index` of the own CSpace. Capabilities of the answer: its
// CNode, with the rights insert, remove and copy. Errors: out_of_range, occupied, over_quota.
struct AddLeaf {
  static constexpr u32 op = op_of(HandleKind::self, 8);
  static constexpr std::string_view name = "self.add_leaf";
  u64 index;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

inline constexpr u64 max_leaves = 16;

// A CNode of 256 empty slots that stands nowhere in the CSpace: room for capabilities that are kept
// and seldom used. It goes with the process. Capabilities of the answer: as of AddLeaf.
struct MakeLeaf {
  static constexpr u32 op = op_of(HandleKind::self, 21);
  static constexpr std::string_view name = "self.make_leaf";
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// An empty leaf to be filled with what a child shall have. Capabilities of the answer: its CNode
// with the right insert; the handle that travels with a Spawn.
struct MakeBundle {
  static constexpr u32 op = op_of(HandleKind::self, 9);
  static constexpr std::string_view name = "self.make_bundle";
  struct Reply {
    static constexpr u64 caps = 2;
  };
};

// The end of the process, with a status. It is not answered.
struct Exit {
  static constexpr u32 op = op_of(HandleKind::self, 10);
  static constexpr std::string_view name = "self.exit";
  u64 status;  // 32 bits
  struct Reply {};
};

// The program has set itself up and serves: for what the boot manifest starts.
struct Ready {
  static constexpr u32 op = op_of(HandleKind::self, 11);
  static constexpr std::string_view name = "self.ready";
  struct Reply {};
};

// A Notification whose bits end receives of the process's first thread too, from now on. At most
// one. Capabilities of the answer: it, with all rights. Error: busy (there is one already).
struct BindNotification {
  static constexpr u32 op = op_of(HandleKind::self, 13);
  static constexpr std::string_view name = "self.bind_notification";
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// A line for procmgr's log: at most 112 bytes, in words, first byte lowest.
struct Log {
  static constexpr u32 op = op_of(HandleKind::self, 12);
  static constexpr std::string_view name = "self.log";
  u64 bytes;
  u64 text[14];
  struct Reply {};
};

using Self = RequestList<MakeObject, AddLeaf, MakeLeaf, MakeBundle, CreateMemory, CreateMemoryFor,
                         Exit, Ready, BindNotification, Log>;

// ---- Spawn -------------------------------------------------------------------------------------

namespace spawn_flag {
inline constexpr u64 wait = 1;             // the answer comes when the child has ended
inline constexpr u64 suspended = 2;        // it does not run before Resume
inline constexpr u64 new_job = 4;          // it gets an account of its own, below the spawner's
inline constexpr u64 die_with_parent = 8;  // it is killed when its parent ends; needs a bundle
inline constexpr u64 explain = 16;         // all checks, nothing is started: the answer is the plan
inline constexpr u64 has_block = 32;       // which capabilities the message carries
inline constexpr u64 has_bundle = 64;
inline constexpr u64 has_account = 128;
inline constexpr u64 has_handler = 256;  // the bundle's slot `handler` gets the child's faults
inline constexpr u64 all = 511;
}  // namespace spawn_flag

// What an account may use; in a request 0 means: as much as the account above.
struct Limits {
  u64 pages;
  u64 objects;  // kernel objects, in units of 64 bytes
  u64 handles;
  u64 processes;
};

// Capabilities: 0 the image (memory object, sealed, rights read and execute), 1 the argument block
// (memory object; the caller loses all access to it), 2 the bundle's handle, 3 the account that
// pays (right charge). Without a block the arguments follow in the message, at most
// `max_inline_words` words: argc offsets, envc offsets, then the strings (see argument_block).
//
// Answer: with `wait` an ExitRecord; with `explain` a Plan; else Started and the process's handle.
// An error answers with Refusal; then block and bundle are still the caller's, unless it has
// changed the block while the spawn was under way. The parent is whoever made the bundle.
//
// With `has_handler` the bundle's slot `handler` holds an Endpoint with the rights send and grant
// (else wrong_object or denied). It gets the faults that procmgr does not serve, and all others
// than page faults (abi/fault.hpp). Where it cannot take one, or passes it on, the process ends as
// it would have ended without it.
struct Spawn {
  static constexpr u32 op = op_of(HandleKind::spawner, 1);
  static constexpr std::string_view name = "spawner.spawn";
  u64 flags;
  u32 argc;
  u32 envc;
  u64 string_bytes;
  u64 priority;   // 0: the spawner's highest
  Limits limits;  // of the new job
  struct Reply {};
};

inline constexpr u64 max_inline_words = max_message_words - words_of<Spawn>;

struct Started {
  static constexpr u64 caps = 1;
  u64 pid;
};

// Where a spawn failed. Steps before `dispatch` have been put back.
enum class SpawnStep : u64 {
  request = 0,
  image = 1,
  arguments = 2,
  charge = 3,
  shell = 4,
  segments = 5,
  stack = 6,
  bundle = 7,
  dispatch = 8,
};

// What is wrong with an image or its arguments.
enum class SpawnFault : u64 {
  none = 0,
  not_sealed = 1,
  no_execute_right = 2,
  empty_file = 3,
  not_elf = 4,
  foreign_machine = 5,  // another machine, word size or byte order
  wrong_type = 6,       // neither an executable nor position-independent
  truncated = 7,        // a header or segment lies outside the file
  bad_header = 8,       // sizes or counts that no linker writes
  dynamic = 9,          // it asks for an interpreter
  no_segments = 10,
  too_many_segments = 11,
  segment_sizes = 12,  // longer in the file than in memory
  segment_wraps = 13,
  segment_outside = 14,  // below `lowest` or above `image_end`
  segments_overlap = 15,
  writable_code = 16,
  misaligned_segment = 17,  // address and offset differ within a page
  bad_entry = 18,           // not in an executable segment
  too_many_arguments = 19,
  arguments_too_long = 20,
  argument_offset = 21,
  unterminated_string = 22,
  block_too_small = 23,
  injected = 24,  // by a test
};

struct Refusal {
  SpawnStep step;
  SpawnFault fault;
  u64 detail;  // which segment, argument, byte or address
};

struct Plan {
  u64 entry;
  u64 segments;
  u64 shared_pages;   // of the image, shown and not copied
  u64 private_pages;  // at most, of the image's writable segments
  u64 stack_pointer;
  u64 argument_bytes;
};

// How a process ended.
enum class EndKind : u32 {
  running = 0,      // it has not ended
  exited = 1,       // `status`
  killed = 2,       // `detail`: the pid of who did it, 0: who did not say so
  faulted = 3,      // `status`: the FaultKind; address, pc
  over_quota = 4,   // no page for it; address, pc
  parent_died = 5,  // and it was spawned so
};

struct ExitRecord {
  EndKind kind;
  u32 status;
  u64 address;
  u64 pc;
  u64 detail;
  u64 run_time;  // ticks of the counter
  u32 peak_pages;
  u32 faults;
  u64 messages;
  u64 pid;
};
static_assert(sizeof(ExitRecord) == register_words * sizeof(u64));

// A spawner with at most these powers. With the flag `has_account` the account that comes as a
// capability (right charge) pays for its children: a job that shall spawn is given such a one.
// Else it is the same account. Capabilities of the answer: the handle, paid for by that account.
struct DeriveSpawner {
  static constexpr u32 op = op_of(HandleKind::spawner, 2);
  static constexpr std::string_view name = "spawner.derive";
  static constexpr u64 caps = 1;
  u64 highest_priority;  // 0: this one's
  Rights rights;
  u64 flags;  // derive_flag
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

namespace derive_flag {
inline constexpr u64 has_account = 1;
inline constexpr u64 all = 1;
}  // namespace derive_flag

namespace spawner_right {
inline constexpr Rights spawn{1}, pass_capabilities{2}, debug{4};
}

using Spawner = RequestList<Spawn, DeriveSpawner>;

// ---- Processes ---------------------------------------------------------------------------------

namespace process_right {
inline constexpr Rights wait{1}, kill{2}, suspend{4}, inspect{8}, debug{16}, map{32};
}

// How it ended. `poll` 1: error would_block if it has not yet; 0: the answer comes when it has.
struct Wait {
  static constexpr u32 op = op_of(HandleKind::process, 1);
  static constexpr std::string_view name = "process.wait";
  u64 poll;
  struct Reply {
    ExitRecord record;
  };
};

// Capabilities: the self handle of who does it, which the record then names; it need not come.
struct Kill {
  static constexpr u32 op = op_of(HandleKind::process, 2);
  static constexpr std::string_view name = "process.kill";
  static constexpr u64 caps = 1;
  struct Reply {};
};

struct Suspend {
  static constexpr u32 op = op_of(HandleKind::process, 3);
  static constexpr std::string_view name = "process.suspend";
  struct Reply {};
};

struct Resume {
  static constexpr u32 op = op_of(HandleKind::process, 4);
  static constexpr std::string_view name = "process.resume";
  struct Reply {};
};

struct InfoProcess {
  static constexpr u32 op = op_of(HandleKind::process, 5);
  static constexpr std::string_view name = "process.info";
  struct Reply {
    u64 pid;
    u64 parent;
    u64 is_ended;
    u64 regions;
    u64 pages;
    u64 peak_pages;
    u64 run_time;
    u64 state;  // thread::State
  };
};

// When it has ended, the notification gets the bits of the capability that comes with this; at once
// if it has already. Needs the right wait. The watch goes with the notification; giving back the
// handle does not end it. Capabilities: the Notification (right signal). Errors:
// invalid_capability, wrong_object, denied, over_quota (a watch is charged as a handle, to the
// account that pays for this one), no_memory, no_space.
struct WatchProcess {
  static constexpr u32 op = op_of(HandleKind::process, 6);
  static constexpr std::string_view name = "process.watch";
  static constexpr u64 caps = 1;
  struct Reply {};
};

using Process = RequestList<Wait, Kill, Suspend, Resume, InfoProcess, WatchProcess>;

// ---- Accounts ----------------------------------------------------------------------------------

namespace account_right {
inline constexpr Rights create{1}, charge{2}, kill{4}, wait{8}, inspect{16};
}

// An account below this one. Capabilities of the answer: its handle, with all rights.
struct CreateAccount {
  static constexpr u32 op = op_of(HandleKind::account, 1);
  static constexpr std::string_view name = "account.create";
  Limits limits;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// Kills every process of the account and of those below. Capabilities: as for Kill.
struct KillAccount {
  static constexpr u32 op = op_of(HandleKind::account, 2);
  static constexpr std::string_view name = "account.kill";
  static constexpr u64 caps = 1;
  struct Reply {};
};

// The record of a process of this account or below that has ended and was not told of yet: one that
// somebody has a handle for, or that ends while somebody waits. `poll` as for Wait; error
// not_found: there is neither such a process nor one that runs.
struct WaitAny {
  static constexpr u32 op = op_of(HandleKind::account, 3);
  static constexpr std::string_view name = "account.wait_any";
  u64 poll;
  struct Reply {
    ExitRecord record;
  };
};

struct InfoAccount {
  static constexpr u32 op = op_of(HandleKind::account, 4);
  static constexpr std::string_view name = "account.info";
  struct Reply {
    Limits used;  // by this account and those below
    Limits limits;
  };
};

// All of the machine's memory, in pages: free + owned + own + shells + kernel == total, always.
struct Ledger {
  static constexpr u32 op = op_of(HandleKind::account, 5);
  static constexpr std::string_view name = "account.ledger";
  struct Reply {
    u64 total;
    u64 free;
    u64 owned;   // pages that accounts pay for
    u64 kernel;  // kernel objects, used or ready
    u64 own;     // procmgr's tables
    u64 shells;  // process shells, used or ready
    u64 processes;
    u64 handles;
  };
};

// The k-th allocation in procmgr from now on fails, once: for tests. 0: none. In builds without it:
// not_supported. Needs the right create of the account at the root.
struct InjectFailure {
  static constexpr u32 op = op_of(HandleKind::account, 6);
  static constexpr std::string_view name = "account.inject_failure";
  u64 k;
  struct Reply {
    u64 left;  // of the last one: 0 if it has failed
  };
};

using Account =
    RequestList<CreateAccount, KillAccount, WaitAny, InfoAccount, Ledger, InjectFailure>;

// ---- The boot archive --------------------------------------------------------------------------

inline constexpr u64 max_module_name = 64;

// A file of the boot archive, as a sealed memory object with the rights read and execute.
// Capabilities of the answer: it. Error: not_found.
struct OpenModule {
  static constexpr u32 op = op_of(HandleKind::modules, 1);
  static constexpr std::string_view name = "modules.open";
  u64 name_bytes;
  u64 text[max_module_name / 8];  // first byte lowest
  struct Reply {
    static constexpr u64 caps = 1;
    u64 bytes;
  };
};

using Modules = RequestList<OpenModule>;

}  // namespace abi::procmgr
