// SPDX-License-Identifier: MIT
// Methods of Thread and SchedContext.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::thread {

// Gives the thread what it runs with. Each field may be 0: leave as it is. All or nothing.
// The thread keeps copies of its own: revoking the original takes them away again.
//   cspace: CNode, right lookup        vspace: VSpace, right run
//   buffer: Frame of at least 4 KiB with read and write; the IPC buffer starts at `buffer_offset`
//   pager, handler: Endpoint, right send          sched_context: right use; must be free
// The thread must not be running: busy.
struct Configure {
  static constexpr u32 op = method(ObjectType::thread, 1);
  static constexpr std::string_view name = "thread.configure";
  CapPtr cspace;
  CapPtr vspace;
  CapPtr buffer;
  u64 buffer_offset;
  CapPtr pager;
  CapPtr handler;
  CapPtr sched_context;
  struct Reply {};
};

// The last step of a spawn: all registers are cleared, the thread gets this address space (0: keep
// the one it has) and starts at `entry` with the stack pointer `stack` and `argument` in the first
// register.
struct Dispatch {
  static constexpr u32 op = method(ObjectType::thread, 2);
  static constexpr std::string_view name = "thread.dispatch";
  CapPtr vspace;
  u64 entry;
  u64 stack;
  u64 argument;
  struct Reply {};
};

// Stops the thread. An IPC that it waits in is cancelled (it will see the error `cancelled`); a
// server that owes it an answer finds its Reply empty. Suspending a suspended thread does nothing.
struct Suspend {
  static constexpr u32 op = method(ObjectType::thread, 3);
  static constexpr std::string_view name = "thread.suspend";
  struct Reply {};
};

// Lets a suspended thread go on where it was. Error: bad_argument (it has no address space).
struct Resume {
  static constexpr u32 op = method(ObjectType::thread, 4);
  static constexpr std::string_view name = "thread.resume";
  struct Reply {};
};

// All registers of a program, as many words: aarch64.
struct Registers {
  u64 x[31];
  u64 sp;
  u64 pc;
  u64 flags;  // NZCV only; other bits are zero
  u64 tls;    // TPIDR_EL0
};

// Of a suspended thread: else busy.
struct ReadRegisters {
  static constexpr u32 op = method(ObjectType::thread, 5);
  static constexpr std::string_view name = "thread.read_registers";
  struct Reply {
    Registers registers;
  };
};

struct WriteRegisters {
  static constexpr u32 op = method(ObjectType::thread, 6);
  static constexpr std::string_view name = "thread.write_registers";
  Registers registers;
  struct Reply {};
};

struct SetPriority {
  static constexpr u32 op = method(ObjectType::thread, 7);
  static constexpr std::string_view name = "thread.set_priority";
  Priority priority;
  struct Reply {};
};

enum class State : u64 {
  suspended = 0,
  ready = 1,      // runs, or will when its turn comes
  sending = 2,    // queued on an endpoint
  receiving = 3,  // waits on an endpoint
  replying = 4,   // waits for an answer
  waiting = 5,    // waits on a notification
  faulted = 6,    // stopped by a fault that nobody handles
};

constexpr std::string_view name_of(State state) {
  switch (state) {
    case State::suspended: return "suspended";
    case State::ready: return "ready";
    case State::sending: return "sending";
    case State::receiving: return "receiving";
    case State::replying: return "replying";
    case State::waiting: return "waiting";
    case State::faulted: return "faulted";
  }
  return "?";
}

struct Info {
  static constexpr u32 op = method(ObjectType::thread, 8);
  static constexpr std::string_view name = "thread.info";
  struct Reply {
    State state;
    Priority priority;
    u64 run_time;  // counter ticks used of its own SchedContext, by whomever it was lent to
    u64 messages;  // its calls, sends, answers, and traps that were taken
    u64 faults;
  };
};

// Notifications that arrive while the thread receives on any endpoint end that receive with the
// kind `notification`. 0 unbinds. Errors: busy (bound already, or others wait on it).
struct BindNotification {
  static constexpr u32 op = method(ObjectType::thread, 9);
  static constexpr std::string_view name = "thread.bind_notification";
  CapPtr notification;
  struct Reply {};
};

// FP and SIMD registers, as many words: aarch64 (v0's low half first).
struct FloatingPoint {
  u64 v[64];
  u64 fpsr;
  u64 fpcr;
};

// Of a suspended thread: else busy.
struct ReadFloatingPoint {
  static constexpr u32 op = method(ObjectType::thread, 10);
  static constexpr std::string_view name = "thread.read_floating_point";
  struct Reply {
    FloatingPoint registers;
  };
};

struct WriteFloatingPoint {
  static constexpr u32 op = method(ObjectType::thread, 11);
  static constexpr std::string_view name = "thread.write_floating_point";
  FloatingPoint registers;
  struct Reply {};
};

// What `svc #0` of this thread means.
enum class Foreign : u64 {
  off = 0,      // a fault
  message = 1,  // a call to the handler, kind foreign_call: x0..x7 are its words, x8 its label
  upcall = 2,   // enters `entry` in the same address space (abi/upcall.hpp)
};

// `frame`: a Frame of memory with the rights read and write, that holds the abi::UpcallFrame at
// `offset` (a multiple of 64 in it); both and `entry` are 0 for the other modes. Needs the right
// configure. Errors: busy (the thread is not stopped), bad_argument, out_of_range, not_supported
// (a device's memory).
struct SetForeign {
  static constexpr u32 op = method(ObjectType::thread, 12);
  static constexpr std::string_view name = "thread.set_foreign";
  Foreign mode;
  CapPtr frame;
  u64 offset;
  u64 entry;
  struct Reply {};
};

// Adds bits to those that are posted to a thread of the mode `upcall`. It sees them by an upcall,
// as soon as it runs user code and its frame is not busy. Needs the right post. Errors:
// not_supported (another mode), bad_argument (no bits).
struct Post {
  static constexpr u32 op = method(ObjectType::thread, 13);
  static constexpr std::string_view name = "thread.post";
  u64 bits;
  struct Reply {};
};

enum class Watch : u64 { off = 0, execute = 1, read = 2, write = 3, read_write = 4 };

// Hardware breakpoint (execute) or watchpoint `index` of this thread: it faults with the kind
// breakpoint there, before the instruction or access. `size` in bytes: 1, 2, 4 or 8, within one
// aligned doubleword; execute: 4. `off` switches both the breakpoint and the watchpoint of that
// index off, address and size are 0. Dispatch switches all of them off. A thread that goes on where
// it stopped meets the same breakpoint again: switch it off before, or move the pc. Needs the
// rights read and write. Errors: busy (the thread is not stopped), out_of_range (index: as many as
// the machine has, at most 4 of each; address), bad_argument.
struct SetWatch {
  static constexpr u32 op = method(ObjectType::thread, 14);
  static constexpr std::string_view name = "thread.set_watch";
  u64 index;
  Watch kind;
  u64 address;
  u64 size;
  struct Reply {};
};

inline constexpr u64 max_watches = 4;

// Takes the SchedContext that Configure gave away from the thread, which becomes a passive server:
// it runs on what its callers lend. Needs the right configure. Error: busy (it is neither stopped
// nor receiving, so it would stop in the middle of what it does).
struct ReleaseTime {
  static constexpr u32 op = method(ObjectType::thread, 15);
  static constexpr std::string_view name = "thread.release_time";
  struct Reply {};
};

using Methods = RequestList<Configure, Dispatch, Suspend, Resume, ReadRegisters, WriteRegisters,
                            SetPriority, Info, BindNotification, ReadFloatingPoint,
                            WriteFloatingPoint, SetForeign, Post, SetWatch, ReleaseTime>;

}  // namespace abi::thread

namespace abi::sched_context {

// How long a thread that runs on this may run, in nanoseconds, before others of its priority have
// their turn. From 100 microseconds to 10 seconds.
struct Configure {
  static constexpr u32 op = method(ObjectType::sched_context, 1);
  static constexpr std::string_view name = "sched_context.configure";
  u64 budget;
  struct Reply {};
};

inline constexpr u64 min_budget = 100'000;
inline constexpr u64 max_budget = 10'000'000'000;
inline constexpr u64 default_budget = 5'000'000;

using Methods = RequestList<Configure>;

}  // namespace abi::sched_context
