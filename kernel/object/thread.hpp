// SPDX-License-Identifier: MIT
// A thread: registers, what it runs with, and where it stands.
//
//                     dispatch, resume
//      suspended  <-------------------->  ready  (running, or in a ready queue, or without time)
//          ^              suspend           |  ^
//          |                                v  |  the partner comes, or goes, or the wait is
//          +---------  sending, receiving, replying, waiting      cancelled
//          +---------  faulted: nobody handles its faults
//
// Invariant: a thread is in exactly one queue when its state says so (ready and not running: of the
// scheduler; sending, receiving: of the endpoint; waiting: of the notification) and in none else.
#pragma once

#include <abi/fault.hpp>
#include <abi/message.hpp>
#include <abi/object/thread.hpp>
#include <array>
#include <base/list.hpp>
#include <cap/cspace.hpp>
#include <machine/context.hpp>
#include <machine/debug_registers.hpp>
#include <machine/floating_point.hpp>
#include <machine/mmu.hpp>

namespace kernel {

class Endpoint;
class Notification;
class Reply;
class SchedContext;

using abi::Priority;
using ThreadState = abi::thread::State;

// What a thread keeps as capabilities of its own.
enum class Kept : u64 { cspace, vspace, buffer, pager, handler, time };
inline constexpr u64 kept_count = 6;

// What is known of a message while its sender waits in a queue.
struct Outgoing {
  abi::Kind kind = abi::Kind::none;
  u64 badge = 0;
  bool may_grant = false;
};

struct Fault {
  abi::FaultKind kind = abi::FaultKind::other;
  abi::Access access = abi::Access::none;
  u64 address = 0;
  bool present = false;
  u64 syndrome = 0;
  bool passed_on = false;  // the pager has seen it
};

// Where an interrupted operation goes on when its system call is repeated.
struct Progress {
  u64 place = 0;  // of the system call: the address behind its `svc`; 0: none is interrupted
  u64 done = 0;
  abi::Error pending = abi::Error::none;  // being undone because of this
  u64 detail = 0;
  u64 binding = 0;  // of the Frame that is being mapped
};

// The registers stand first, where entry.S finds them.
struct ThreadFrame {
  machine::Context context;
};

class Thread : public ThreadFrame, public Object {
  // What an IPC touches stands together, next to the registers.
  CSpace cspace_;
  machine::SpaceWord space_;

 public:
  Thread();

  [[nodiscard]] Slot& kept(Kept what) { return kept_[static_cast<u64>(what)]; }

  // After a kept slot was filled or emptied: the fields below that are derived from it.
  void kept_changed(Slot& slot);
  void set_buffer(abi::IpcBuffer* buffer) { buffer_ = buffer; }

  [[nodiscard]] const CSpace& cspace() const { return cspace_; }
  [[nodiscard]] abi::IpcBuffer* buffer() const { return buffer_; }
  [[nodiscard]] machine::SpaceWord space() const { return space_; }
  [[nodiscard]] bool can_run() const { return space_ != machine::SpaceWord{}; }

  [[nodiscard]] bool is_stopped() const {
    return state == ThreadState::suspended || state == ThreadState::faulted;
  }

  // The outcome of the system call that the thread is in.
  void finish(abi::Error error);

  ThreadState state = ThreadState::suspended;
  Priority priority;
  SchedContext* time = nullptr;  // what it runs on now: its own, or lent by a caller

  base::Link<Thread> queue_link;
  Endpoint* queued_on = nullptr;         // sending, receiving
  Notification* waits_for = nullptr;     // waiting
  Reply* answered_by = nullptr;          // replying: the Reply that it hangs on
  Reply* bound_reply = nullptr;          // what its callers will hang on
  Notification* notification = nullptr;  // ends its receives too
  Outgoing outgoing;
  Fault fault;
  Progress progress;

  u64 messages_sent = 0;  // calls, sends and answers
  u64 faults = 0;

  machine::FloatingPoint floating_point;
  machine::DebugRegisters debug_registers;
  bool is_watched = false;  // some of them are in use

 private:
  std::array<Slot, kept_count> kept_;
  abi::IpcBuffer* buffer_ = nullptr;
};

static_assert(sizeof(Thread) <= abi::thread_bytes);

using ThreadQueue = base::List<Thread, &Thread::queue_link>;

}  // namespace kernel
