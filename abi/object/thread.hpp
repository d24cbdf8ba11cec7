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

struct Info {
  static constexpr u32 op = method(ObjectType::thread, 8);
  static constexpr std::string_view name = "thread.info";
  struct Reply {
    State state;
    Priority priority;
    u64 run_time;  // counter ticks used of its own SchedContext, by whomever it was lent to
    u64 messages;  // calls, sends and answers
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

using Methods = RequestList<Configure, Dispatch, Suspend, Resume, ReadRegisters, WriteRegisters,
                            SetPriority, Info, BindNotification>;

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
