// SPDX-License-Identifier: MIT
// What the model of the kernel knows: capabilities, objects, queues and page tables, as plainly as
// they can be written down. Nothing of the kernel is included here, only the ABI; what an object is
// called in both is the physical address at which the model expects it.
#pragma once

#include <abi/fault.hpp>
#include <abi/message.hpp>
#include <abi/object.hpp>
#include <abi/object/thread.hpp>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace model {

using abi::CapPtr;
using abi::Error;
using abi::Kind;
using abi::MessageInfo;
using abi::ObjectType;
using abi::Rights;
using abi::SlotName;
using abi::u32;
using abi::u64;
using State = abi::thread::State;

struct CNode;
struct Object;
struct Slot;
struct Thread;
struct Endpoint;
struct Notification;
struct Reply;
struct SchedContext;

// What is derived from one capability, or stands beside it: the newest child first, a copy right
// behind its source.
struct Family {
  Slot* parent = nullptr;
  std::vector<Slot*> members;
};

struct Capability {
  ObjectType type = ObjectType::null;
  Rights rights;
  unsigned bits = 0;
  u64 address = 0;  // of the object or the memory
  bool is_anchor = false;

  friend bool operator==(const Capability&, const Capability&) = default;
};

struct Binding {
  u64 number = 0;
  u64 generation = 0;
  friend bool operator==(const Binding&, const Binding&) = default;
};

struct Window {
  u64 start = 0;
  u64 end = 0;
  friend bool operator==(const Window&, const Window&) = default;
};

struct Slot {
  Capability cap;
  u64 data = 0;     // endpoint: badge; notification: mask; vspace: number; untyped: bytes used
  Binding binding;  // frame, page_table
  Window window;    // frame; page_table: address, level
  Family* family = nullptr;
  Family children{this, {}};
  Thread* keeper = nullptr;
  CNode* home = nullptr;  // of an anchor: where it stands
  u64 address = 0;        // of the slot itself; unknown (0) of what a thread keeps

  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  [[nodiscard]] bool is_empty() const { return cap.type == ObjectType::null; }
};

struct Object {
  ObjectType type;
  u64 address;
  u32 references = 0;
  Object(ObjectType kind, u64 at) : type(kind), address(at) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;
};

struct CNode : Object {
  unsigned bits;
  std::unique_ptr<Slot[]> slots;
  Slot notification;           // told when an anchor loses the last of what was derived from it
  std::set<u64> unreferenced;  // anchors of which nothing is derived, until somebody asked
  u64 turn = 0;                // where the next answer to that question is looked for
  CNode(u64 at, unsigned slot_bits)
      : Object(ObjectType::cnode, at), bits(slot_bits), slots(new Slot[u64{1} << slot_bits]) {
    notification.address = at + abi::cnode_header_bytes - abi::slot_bytes;
    for (u64 i = 0; i < size(); ++i)
      slots[i].address = at + abi::cnode_header_bytes + i * abi::slot_bytes;
  }
  [[nodiscard]] u64 size() const { return u64{1} << bits; }
  [[nodiscard]] u64 index_of(const Slot& slot) const {
    return static_cast<u64>(&slot - slots.get());
  }
};

enum Kept : unsigned {
  kept_cspace,
  kept_vspace,
  kept_buffer,
  kept_pager,
  kept_handler,
  kept_time,
  kept_upcall
};
inline constexpr unsigned kept_count = 7;

struct Outgoing {
  Kind kind = Kind::none;
  u64 badge = 0;
  bool may_grant = false;
};

struct Fault {
  abi::FaultKind kind = abi::FaultKind::other;
  abi::Access access = abi::Access::none;
  u64 address = 0;
  bool present = false;
  u64 syndrome = 0;
  bool passed_on = false;
  bool refused = false;
};

struct Thread : Object {
  u64 x[31] = {};
  u64 sp = 0, pc = 0, flags = 0, tls = 0;

  State state = State::suspended;
  u64 priority = 0;
  SchedContext* time = nullptr;
  Endpoint* endpoint = nullptr;  // sending, receiving
  Notification* waits_for = nullptr;
  Reply* hangs_on = nullptr;
  Reply* bound_reply = nullptr;
  Notification* notification = nullptr;
  Outgoing outgoing;
  bool is_trapped = false;  // what it sends, or waits for the answer to, is a fault
  Fault fault;
  u64 messages = 0;
  u64 faults = 0;
  u64 buffer = 0;  // physical address; 0: none
  std::array<Slot, kept_count> kept;

  explicit Thread(u64 at) : Object(ObjectType::thread, at) {
    for (Slot& slot : kept) slot.keeper = this;
  }
  [[nodiscard]] MessageInfo info() const { return {x[11]}; }
  [[nodiscard]] bool can_run() const { return !kept[kept_vspace].is_empty(); }
  [[nodiscard]] bool is_stopped() const {
    return state == State::suspended || state == State::faulted;
  }
};

struct Endpoint : Object {
  std::vector<Thread*> queue;  // all senders, or all receivers
  explicit Endpoint(u64 at) : Object(ObjectType::endpoint, at) {}
};

struct Notification : Object {
  u64 bits = 0;
  Thread* bound = nullptr;
  std::vector<Thread*> queue;
  explicit Notification(u64 at) : Object(ObjectType::notification, at) {}
};

struct Reply : Object {
  Thread* caller = nullptr;
  Thread* receiver = nullptr;
  SchedContext* lent = nullptr;
  explicit Reply(u64 at) : Object(ObjectType::reply, at) {}
};

struct SchedContext : Object {
  Thread* home = nullptr;
  Thread* user = nullptr;
  u64 budget = 0;
  base::i64 left = 0;
  u64 granted = 0;
  std::vector<Reply*> loans;  // the latest last
  explicit SchedContext(u64 at) : Object(ObjectType::sched_context, at) {}
};

// One entry of a page table: absent, a table, or a page.
struct Entry {
  bool is_table = false;
  u64 address = 0;
  bool write = false;
  bool execute = false;
  friend bool operator==(const Entry&, const Entry&) = default;
};
using Table = std::map<u64, Entry>;  // by index; what is absent is not in it

struct Space {
  u64 root = 0;
  u64 generation = 0;
  u64 references = 0;
};

// The memory behind an IPC buffer.
using Buffer = abi::IpcBuffer;

}  // namespace model
