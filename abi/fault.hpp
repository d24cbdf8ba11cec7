// SPDX-License-Identifier: MIT
// Faults: what the kernel sends, as a call on behalf of the faulting thread, to its pager (page
// faults) or its handler (all others, and page faults that the pager passes on).
#pragma once

#include <abi/types.hpp>
#include <string_view>

namespace abi {

enum class FaultKind : u32 {
  page = 1,         // no mapping, or the mapping does not allow the access
  alignment = 2,    // an access or the PC or SP misaligned
  instruction = 3,  // an undefined or trapped instruction
  breakpoint = 4,   // a breakpoint instruction, hardware breakpoint or watchpoint
  system_call = 5,  // an `svc` that a native thread must not use
  other = 6,        // anything else the machine reports of an instruction
};

constexpr std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::page: return "page fault";
    case FaultKind::alignment: return "misaligned access";
    case FaultKind::instruction: return "undefined instruction";
    case FaultKind::breakpoint: return "breakpoint";
    case FaultKind::system_call: return "unknown system call";
    case FaultKind::other: return "exception";
  }
  return "?";
}

enum class Access : u64 { none = 0, read = 1, write = 2, execute = 3 };

// The words of a fault message. Its label is the FaultKind, its kind Kind::fault.
struct FaultMessage {
  u64 address;  // of the access (page, alignment, hardware breakpoint, watchpoint), else 0
  u64 pc;       // of the instruction
  Access access;
  u64 present;   // 1: the page is mapped, and the access is not allowed
  u64 syndrome;  // as the machine reports it (aarch64: ESR_EL1)
  u64 sp;
  u64 flags;  // aarch64: SPSR_EL1
  u64 link;   // aarch64: x30
};

// Beside the kind in the label: the handler could not take the fault, or passed it on, so the pager
// hears of it once more, whatever its kind. If the pager passes it on too, the thread is `faulted`.
inline constexpr u32 fault_was_refused = 0x100;

// The label of the reply. Its words are ignored.
enum class FaultReply : u32 {
  resume = 0,   // run the instruction again
  pass_on = 1,  // a pager's: deliver the same fault to the handler
  stop = 2,     // leave the thread suspended
};

// The label of the reply to a foreign call.
enum class ForeignReply : u32 {
  result = 0,     // x0 becomes words[0], nothing else changes
  unchanged = 1,  // no register changes
  repeat = 2,     // the `svc` is executed again
  stop = 3,       // leave the thread suspended; also for any other label
};

}  // namespace abi
