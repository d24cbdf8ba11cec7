// SPDX-License-Identifier: MIT
// What the handle `system` is for: looking at the machine as a whole.
#pragma once

#include <abi/proto/inspect.hpp>

namespace procmgr {

using abi::u64;

struct Handle;
struct Process;

// The ends of the last processes, in the order in which they began to end.
class ExitLog {
 public:
  constexpr ExitLog() = default;
  // How it ends is known, and what it used.
  void note(const Process& process);
  // The first whose number is above `after`; null: there is none.
  [[nodiscard]] const abi::procmgr::NextExit::Reply* next(u64 after) const;

 private:
  abi::procmgr::NextExit::Reply kept_[abi::procmgr::kept_exits] = {};  // number n at n % kept_exits
  u64 newest_ = 0;
};

struct System {
  Handle* handles = nullptr;
  ExitLog exits;
};

// All of the machine's memory, in pages.
abi::procmgr::Ledger::Reply ledger();

}  // namespace procmgr
