// SPDX-License-Identifier: MIT
// A process shell: the kernel objects that a process runs in, made once and used by one process
// after the other. Between two lives everything that was derived for the last one is revoked, its
// address space is empty, and its page is zero.
//
//   made -> ready <-> taken by a process -> (scrubbed) -> ready
#pragma once

#include <abi/object/memory.hpp>
#include <libipc/cap.hpp>
#include <servers/procmgr/kernel/object_memory.hpp>
#include <servers/procmgr/memory/pages.hpp>
#include <servers/procmgr/memory/slab.hpp>
#include <servers/procmgr/process/handle.hpp>

namespace procmgr {

struct Process;

inline constexpr unsigned root_bits = 4;  // leaves of a CSpace: abi::procmgr::max_leaves
static_assert(u64{1} << root_bits == abi::procmgr::max_leaves);

// Page tables below the root, where nothing is mapped yet.
inline constexpr u64 tables_of_place = 2;
// Those that are part of what a process costs anyway: for its image and its stack.
inline constexpr u64 tables_of_shell = 2 * tables_of_place;

// What a process is charged for its shell's kernel objects: leaf and root, thread and the tables of
// the least process.
inline constexpr u64 shell_bytes = abi::cnode_bytes(abi::leaf_bits) + abi::cnode_bytes(root_bits) +
                                   abi::thread_bytes + (1 + tables_of_shell) * abi::table_bytes;

// The kernel shows 2 MiB at once as one large page, and a part of that could not be unmapped
// without a table that may not be there. So less than that is asked for at once.
inline constexpr u64 pages_at_once = 256;

struct Shell {
  u64 number = 0;
  ipc::Cap<ipc::VSpace> vspace;
  ipc::Cap<ipc::CNode> root;
  ipc::Cap<ipc::CNode> leaf0;
  ipc::Cap<ipc::Thread> thread;
  ipc::Cap<ipc::SchedContext> time;
  CapPtr faults;  // procmgr's endpoint, badged with the number
  u64 page = 0;   // the process page
  u64 priority = 0;
  u64 run_time = 0;  // what the thread has used, sent and met in earlier lives
  u64 messages = 0;
  u64 faults_seen = 0;
  Handle* account = nullptr;           // whose capability stands in leaf 0
  CapPtr handler;                      // procmgr's copy of what gets its faults; 0: procmgr does
  CapStack tables;                     // page tables that are in use
  u32 frames[Pages::max_blocks] = {};  // this address space's copies of the blocks' Frames
  Process* process = nullptr;
  Shell* next = nullptr;  // of those that are ready

  [[nodiscard]] bool has_handler() const { return handler != CapPtr{}; }
};

class Shells {
 public:
  constexpr Shells() = default;

  // One that is ready, or a new one. Errors: no_memory, no_space.
  abi::Result<Shell*> take();
  // Scrubs it; the process that had it runs no more, and its address space is empty.
  void give_back(Shell& shell);

  // The shell with this number; null: there is none.
  [[nodiscard]] Shell* find(u64 number) const {
    return number < count_ ? shells_[number] : nullptr;
  }
  [[nodiscard]] u64 count() const { return count_; }
  [[nodiscard]] u64 ready_count() const { return ready_count_; }

 private:
  abi::Result<Shell*> make();

  static constexpr u64 max_shells = 16384;
  Shell* shells_[max_shells] = {};
  u64 count_ = 0;
  Shell* unfinished_ = nullptr;  // the making of which has failed, and will go on
  Shell* ready_ = nullptr;
  u64 ready_count_ = 0;
  Slab<Shell> memory_;
};

// The page tables for a place where nothing is near. Mappings ask for what they need, but each
// time they do costs as much as a page.
abi::Status add_tables(Shell& shell, u64 address);

// Faults that procmgr does not serve go to the Endpoint that stands in this slot of the leaf, until
// the shell is given back. Errors: wrong_object (it is none), denied (it may not send or grant),
// no_memory, no_space.
abi::Status set_handler(Shell& shell, ipc::Cap<ipc::CNode> leaf, CapPtr slot);

// The process page, at its place: the first that is mapped.
abi::Status show_process_page(Shell& shell);

// A run of pages that lie one behind the other, at an address where nothing is mapped. Returns how
// many were mapped: fewer if one of the addresses behind the first is occupied. Errors: occupied
// (the first one is), no_memory, no_space, over_quota.
abi::Result<u64> map_pages(Shell& shell, u64 address, u64 page, u64 count,
                           abi::frame::MapFlags flags);

// Nothing of [address, address + length) is mapped any more.
void unmap_pages(Shell& shell, u64 address, u64 length);
void protect_pages(Shell& shell, u64 address, u64 length, abi::frame::MapFlags flags);

}  // namespace procmgr
