// SPDX-License-Identifier: MIT
// What the kernel's Inspector tells of threads and capabilities, joined with procmgr's processes.
//
// The join: each process's thread keeps the capability to procmgr's endpoint to which its faults
// go. Only procmgr can mint badges on that endpoint, and it puts the number of the process's shell
// into this one.
//
//   thread --keeps--> pager: badge, its lower half the shell --> process
//          --keeps--> root CNode --slots--> leaves --slots--> what the process holds
#pragma once

#include <abi/object/inspector.hpp>
#include <libipc/invoke.hpp>
#include <user/inspect/kit/machine.hpp>

namespace inspect {

namespace kernel = abi::inspector;
using kernel::Id;

inline constexpr ipc::Cap<ipc::Inspector> inspector{abi::bundle_slot::inspector};

// The capability was given to this program.
bool has_inspector();

struct Thread {
  Id id;
  kernel::ThreadRecord record;
  u64 shell = none;  // `none`: procmgr itself, or whatever procmgr has not made

  static constexpr u64 none = ~u64{0};
  // As they stand in thread::Configure.
  [[nodiscard]] Id root() const { return record.kept[0]; }
  [[nodiscard]] Id space() const { return record.kept[1]; }
  [[nodiscard]] Id pager() const { return record.kept[3]; }
};

// One that is seen once, in a slot.
struct Placed {
  Id slot;
  Id object;
  u64 data = 0;  // of a kept endpoint its badge; of a CNode the log2 of its slots
};

struct Reply {
  Id id;
  Id receiver;
};

// All threads, and what is needed to tell what they wait for: one walk over all capabilities.
class Kernel {
 public:
  // Without the capability there are no threads. `processes` outlives this.
  explicit Kernel(Processes& processes);

  [[nodiscard]] std::span<Thread> threads() { return threads_.all(); }
  Thread* thread_of(const ProcessEntry& process);
  // Null: procmgr, or nobody.
  ProcessEntry* process_of(const Thread& thread);
  // Who can receive on this endpoint; "procmgr" for its own; empty: nobody that is known.
  std::string_view name_of_endpoint(Id endpoint);
  [[nodiscard]] Id endpoint_of_procmgr() const { return procmgr_; }
  // "vfs" (an answer from there), "a request", "a signal", or nothing.
  std::string_view waits_for(const Thread& thread);

 private:
  bool read();
  bool note(u64 sequence, const kernel::Capability& capability);
  void join();
  ProcessEntry* holder_of(Id slot);
  Placed* cnode_around(Id slot);

  Processes& processes_;
  List<Thread> threads_;
  List<Reply> replies_;
  List<Placed> reply_slots_;
  List<Placed> pagers_;     // kept endpoints
  List<Placed> cnodes_;     // capabilities to CNodes
  List<Placed> receivers_;  // capabilities that may receive
  Id procmgr_;
};

// Leaves the cursor to whoever else walks: longer each time, and not as long as that one does.
void stand_back(u64 attempt);

// Calls use(sequence, capability) for each capability there is, until it gives false. Somebody else
// who walks at the same time makes this one begin again: then `restart` is called first. Ends the
// program if that happens too often.
template <class Restart, class Use>
void walk(Restart&& restart, Use&& use) {
  constexpr u64 most_attempts = 50;
  for (u64 attempt = 0; attempt < most_attempts; ++attempt) {
    restart();
    auto at = ipc::invoke(inspector, kernel::Rewind{});
    if (!at.ok()) lacks_inspector();
    for (u64 sequence = at->sequence;;) {
      const auto next = ipc::invoke(inspector, kernel::Next{});
      if (next.error() == abi::Error::not_found) return;
      if (!next.ok() || next->sequence != sequence + 1) break;
      sequence = next->sequence;
      if (!use(sequence, next->capability)) return;
    }
    stand_back(attempt);
  }
  kit::give_up("the kernel's inspector", "others use it all the time");
}

}  // namespace inspect
