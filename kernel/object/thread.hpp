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
#include <abi/upcall.hpp>
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
enum class Kept : u64 { cspace, vspace, buffer, pager, handler, time, upcall };
inline constexpr u64 kept_count = 7;

// Conditions that are rare, folded into one word: while any holds of a thread, the fast path
// neither takes it up nor lets it go.
namespace detour {
inline constexpr u32 no_space{1};      // it has no address space
inline constexpr u32 trapped{2};       // what it sends, or waits for the answer to, is a trap
inline constexpr u32 notified{4};      // its bound notification has bits
inline constexpr u32 posted{8};        // an upcall is due
inline constexpr u32 watched{16};      // it has breakpoints
inline constexpr u32 interrupted{32};  // it has `progress`, and repeats its system call
}  // namespace detour

// What the CPU has to be set up for, beside the registers; compared on every switch.
namespace cpu_state {
inline constexpr u32 floating_point{1};  // the FP unit holds the thread's registers
inline constexpr u32 eager{2};           // it has used FP lately and will get it at the next switch
inline constexpr u32 watched{4};         // its breakpoints are in force
}  // namespace cpu_state

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
  bool refused = false;    // so has the handler, in vain: the pager's once more
};

// A method that is called, and all that its outcome may depend on.
struct Call {
  const Slot* target = nullptr;
  Capability cap;
  machine::CallRegisters registers{};

  friend bool operator==(const Call&, const Call&) = default;
};

// Where an interrupted operation goes on when its system call is repeated: by the same call, as the
// thread's next one. Its program may have been changed meanwhile, or its capabilities moved; then
// the next call begins anew.
struct Progress {
  Call call;
  u64 done = 0;
  abi::Error pending = abi::Error::none;  // being undone because of this
  u64 detail = 0;
  u64 binding = 0;  // of the Frame that is being mapped
};

// What entry.S knows of a thread: its registers, and what an upcall needs.
struct ThreadFrame {
  machine::Context context;
  abi::UpcallFrame* upcall_frame = nullptr;  // null: it makes no upcalls
  u64 upcall_entry = 0;
  u64 posted = 0;  // bits that wait for an upcall
};

static_assert(offsetof(ThreadFrame, upcall_frame) == 280 &&
              offsetof(ThreadFrame, upcall_entry) == 288 && offsetof(ThreadFrame, posted) == 296);

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
  [[nodiscard]] bool can_run() const { return (detours & detour::no_space) == 0; }

  [[nodiscard]] bool is_trapped() const { return (detours & detour::trapped) != 0; }
  [[nodiscard]] bool is_interrupted() const { return (detours & detour::interrupted) != 0; }
  void forget_progress() { detours &= ~detour::interrupted; }
  void set_detour(u32 which, bool holds) { detours = (detours & ~which) | (holds ? which : 0); }

  [[nodiscard]] bool is_stopped() const {
    return state == ThreadState::suspended || state == ThreadState::faulted;
  }

  // The outcome of the system call that the thread is in: no words yet, no badge.
  void finish(abi::MessageInfo info);
  void finish(abi::Error error) {
    finish(error == abi::Error::none ? abi::MessageInfo::received(0, 0, abi::Kind::reply)
                                     : abi::MessageInfo::failed(error));
  }

  ThreadState state = ThreadState::suspended;
  Priority priority;
  u32 detours = detour::no_space;
  u32 cpu_state = 0;
  SchedContext* time = nullptr;  // what it runs on now: its own, or lent by a caller

  base::Link<Thread> queue_link;
  Endpoint* queued_on = nullptr;         // sending, receiving
  Notification* waits_for = nullptr;     // waiting
  Reply* answered_by = nullptr;          // replying: the Reply that it hangs on
  Reply* bound_reply = nullptr;          // what its callers will hang on
  Notification* notification = nullptr;  // ends its receives too
  Outgoing outgoing;                     // while it sends, and while it is trapped
  Fault fault;
  abi::thread::Foreign foreign = abi::thread::Foreign::off;
  u32 eager_switches = 0;  // how often yet it gets FP without asking
  Progress progress;

  u64 messages_sent = 0;  // calls, sends, answers, and traps that were taken
  u64 faults = 0;

  machine::FloatingPoint floating_point;
  machine::DebugRegisters debug_registers;

 private:
  std::array<Slot, kept_count> kept_;
  abi::IpcBuffer* buffer_ = nullptr;
};

static_assert(sizeof(Thread) <= abi::thread_bytes);

using ThreadQueue = base::List<Thread, &Thread::queue_link>;

}  // namespace kernel
