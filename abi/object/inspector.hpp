// SPDX-License-Identifier: MIT
// Methods of Inspector: what the kernel knows, for people who look for mistakes. It reads and never
// writes; it tells no message word, no contents of memory, and no register but pc and sp.
//
// All capabilities that exist form one tree (what was derived from what). The kernel holds one
// cursor, which walks that tree: a parent before its children, newer children before older ones.
//
//   Rewind -> Next -> [Describe, FindSlot, Walk] -> Next -> ... -> Next: not_found
//
// What exists throughout a walk is visited exactly once, whatever else comes and goes meanwhile.
// What the other questions tell is about the capability under the cursor, so no reader ever names
// a kernel object: they take the `sequence` that Next gave, and fail with gone if that capability
// has been removed since, or if somebody else has moved the cursor.
//
// All methods need the right read.
#pragma once

#include <abi/fault.hpp>
#include <abi/object.hpp>
#include <abi/object/thread.hpp>
#include <abi/request.hpp>

namespace abi::inspector {

// Which object, thread or slot. An id means nothing to the kernel: it is for comparing. Objects
// that exist at the same time have different ids, unless both are memory (Untyped, Frame,
// PageTable, VSpace): there it is the physical address, and pieces of memory may overlap. 0: none.
// A slot's id lies between that of the object that holds it (CNode, Thread, Timer, IrqHandler) and
// the end of that object.
using Id = base::Strong<struct IdTag, u64>;

namespace capability_flag {
inline constexpr u64 device = 1;        // a device's memory
inline constexpr u64 anchor = 2;        // CNode.Anchor
inline constexpr u64 has_children = 4;  // something is derived from it
inline constexpr u64 kept = 8;          // it stands in a Thread
}  // namespace capability_flag

struct Capability {
  Id slot;
  u64 type;  // ObjectType; null: an empty slot, all other words are 0
  Rights rights;
  u64 data;  // endpoint: badge; notification: mask; else 0
  Id object;
  u64 size_bits;  // untyped, frame, cnode: as untyped::Retype has it; else 0
  u64 flags;
};

// Puts the cursor before the first capability.
struct Rewind {
  static constexpr u32 op = method(ObjectType::inspector, 1);
  static constexpr std::string_view name = "inspector.rewind";
  struct Reply {
    u64 sequence;
  };
};

// Moves the cursor to the next capability. Error: not_found (there is none).
struct Next {
  static constexpr u32 op = method(ObjectType::inspector, 2);
  static constexpr std::string_view name = "inspector.next";
  struct Reply {
    u64 sequence;  // one more than before, unless somebody else moved the cursor
    u64 removals;  // capabilities removed since the start; while it stays the same, depths are
                   // right
    u64 depth;     // 1: of the first capabilities. The parent is the last one with a depth less 1
    Capability capability;
  };
};

// What a record holds is given as words; read it with record_of<...>().
inline constexpr u64 max_record_words = 31;

// What the kernel knows of the object, as the record of its type below. Types without one answer
// with words that are 0.
struct Describe {
  static constexpr u32 op = method(ObjectType::inspector, 3);
  static constexpr std::string_view name = "inspector.describe";
  u64 sequence;
  struct Reply {
    u64 type;
    u64 words[max_record_words];
  };
};

struct UntypedRecord {
  static constexpr auto type = ObjectType::untyped;
  u64 physical_address;
  u64 used_bytes;
};

struct CNodeRecord {
  static constexpr auto type = ObjectType::cnode;
  u64 references;  // capabilities to it; so in all records
};

struct FrameRecord {
  static constexpr auto type = ObjectType::frame;
  u64 physical_address;
  u64 space;         // number of the address space where it is mapped; 0: nowhere
  u64 window_start;  // no page of it is mapped outside of the window
  u64 window_end;
};

struct PageTableRecord {
  static constexpr auto type = ObjectType::page_table;
  u64 physical_address;
  u64 space;    // where it is in use; 0: nowhere
  u64 address;  // one that is translated through it
  u64 level;    // of the entry that points at it
};

struct VSpaceRecord {
  static constexpr auto type = ObjectType::vspace;
  u64 number;
  u64 physical_address;  // of the root table
  u64 references;
};

// In the order of thread::Configure; what is not kept is 0. More may come at the end.
inline constexpr u64 max_kept = 8;

struct ThreadRecord {
  static constexpr auto type = ObjectType::thread;
  u64 references;
  thread::State state;
  Priority priority;
  u64 run_time;  // as thread::Info
  u64 messages;
  u64 faults;
  Id waits_on;  // by its state: Endpoint, Notification, or the Reply that it hangs on
  Id behind;    // the thread before it in that queue, or among the ready ones; 0: it is the first
  Id bound_reply;   // on which its callers will hang
  Id notification;  // bound to it
  Id time;          // the SchedContext that it runs on: its own, or lent
  Id kept[max_kept];
  u64 pc;
  u64 sp;
  u64 fault_kind;  // FaultKind of its last fault, if `faults` is not 0
  Access fault_access;
  u64 fault_address;
};

struct EndpointRecord {
  static constexpr auto type = ObjectType::endpoint;
  u64 references;
  Id first_sender;
  Id first_receiver;
};

struct NotificationRecord {
  static constexpr auto type = ObjectType::notification;
  u64 references;
  u64 bits;
  Id bound;  // the thread whose receives it ends
  Id first_waiter;
};

struct ReplyRecord {
  static constexpr auto type = ObjectType::reply;
  u64 references;
  Id caller;    // who waits for an answer
  Id receiver;  // the thread that it is bound to
  Id lent;      // the caller's SchedContext, while the receiver works on it
};

// Times in ticks of the counter.
struct SchedContextRecord {
  static constexpr auto type = ObjectType::sched_context;
  u64 references;
  Id home;  // whose own it is
  Id user;  // who runs on it
  u64 budget;
  u64 left;  // of the present turn
  u64 used;  // since its making
};

struct TimerRecord {
  static constexpr auto type = ObjectType::timer;
  u64 references;
  u64 deadline;  // 0: none
  Id notification;
};

struct IrqHandlerRecord {
  static constexpr auto type = ObjectType::irq_handler;
  u64 references;
  u64 number;  // of its interrupt; 0: none
  u64 is_unmasked;
  Id notification;
};

// R is the record of the type that the answer names.
template <Wire R>
constexpr R record_of(const Describe::Reply& reply) {
  static_assert(words_of<R> <= max_record_words);
  return from_words<R>(std::span{reply.words, max_record_words});
}

// The first slot of the CNode under the cursor, from `index` on, that holds a capability. At most
// 64 slots are looked at: if those are all empty, `capability` is too, and `index` is where to go
// on. Errors: wrong_object, out_of_range (the index is beyond the last slot).
struct FindSlot {
  static constexpr u32 op = method(ObjectType::inspector, 4);
  static constexpr std::string_view name = "inspector.find_slot";
  u64 sequence;
  u64 index;
  struct Reply {
    u64 index;
    Capability capability;
  };
};

// The first page of the VSpace under the cursor, from `address` on. A few tables are looked at: if
// nothing is mapped in them, `page_bits` is 0. Go on at `next`; 2^39 is the end.
// Errors: wrong_object, out_of_range (the address).
struct Walk {
  static constexpr u32 op = method(ObjectType::inspector, 5);
  static constexpr std::string_view name = "inspector.walk";
  u64 sequence;
  u64 address;
  struct Reply {
    u64 next;
    u64 address;  // of the page
    u64 physical_address;
    u64 page_bits;
    u64 access;      // frame_right bits
    u64 entries[4];  // what stands in the tables on the way to `address`, the root's first
  };
};

// The kernel as a whole.
struct Summary {
  static constexpr u32 op = method(ObjectType::inspector, 6);
  static constexpr std::string_view name = "inspector.summary";
  struct Reply {
    u64 counter;
    u64 frequency;
    Id current;        // the thread that runs: the caller
    u64 ready_levels;  // one more than the highest priority with a ready thread; 0: there is none
    u64 spaces_used;   // address-space numbers
    u64 spaces_free;
    Id ending;         // the first object that waits to be torn down
    Id fp_owner;       // whose FP registers are in the CPU
    u64 kernel_bytes;  // of memory that the kernel keeps for itself
    u64 system_calls;  // from here on: counted on the long way, while tracing is on
    u64 faults;
    u64 interrupts;
    u64 fp_switches;
    u64 thread_switches;
  };
};

// The first of the ready threads of a priority, without the running one. Error: out_of_range.
struct Ready {
  static constexpr u32 op = method(ObjectType::inspector, 7);
  static constexpr std::string_view name = "inspector.ready";
  u64 level;
  struct Reply {
    Id first;
  };
};

enum class TraceMode : u64 {
  off = 0,
  long_way = 1,    // all but the calls and answers that take the fast path; debug builds start so
  everything = 2,  // these too: the fast path is off, and IPC takes several times as long
};

// What is written into the trace ring from now on. Needs the right trace. Error: out_of_range.
struct Trace {
  static constexpr u32 op = method(ObjectType::inspector, 8);
  static constexpr std::string_view name = "inspector.trace";
  TraceMode mode;
  struct Reply {
    TraceMode replaced;
  };
};

enum class EventKind : u64 {
  system_call = 1,     // details: the number; capability address, and that of a Reply above it
  fault = 2,           // FaultKind; address
  interrupt = 3,       // number
  floating_point = 4,  // the FP registers go to the thread
  thread_switch = 5,   // the Id of the thread that runs next
};

constexpr std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::system_call: return "system call";
    case EventKind::fault: return "fault";
    case EventKind::interrupt: return "interrupt";
    case EventKind::floating_point: return "FP switch";
    case EventKind::thread_switch: return "thread switch";
  }
  return "?";
}

struct Event {
  u64 counter;
  Id thread;  // that ran
  EventKind kind;
  u64 details[2];
};

inline constexpr u64 trace_capacity = 256;
inline constexpr u64 events_per_reply = 23;

// Events from number `from` on, as many as fit; numbers begin with 0. `first` is the number of the
// first one given: later than `from` if that has been overwritten. Fewer than fit: there are no
// more yet. While system calls are traced, this one is an event itself.
struct Events {
  static constexpr u32 op = method(ObjectType::inspector, 9);
  static constexpr std::string_view name = "inspector.events";
  u64 from;
  struct Reply {
    u64 first;
    u64 count;
    Event events[events_per_reply];
  };
};

using Methods = RequestList<Rewind, Next, Describe, FindSlot, Walk, Summary, Ready, Trace, Events>;

}  // namespace abi::inspector
