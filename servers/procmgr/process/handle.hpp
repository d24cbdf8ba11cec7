// SPDX-License-Identifier: MIT
// Handles: what clients hold of procmgr's objects. A handle is an anchor in procmgr's CSpace, a
// capability to procmgr's own endpoint with a badge; clients get children of it. When the last
// child has gone, the kernel says so, and the handle ends. Revoking the anchor takes the handle
// away from everybody.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <servers/procmgr/kernel/cap_slots.hpp>
#include <servers/procmgr/serve/work.hpp>

namespace procmgr {

using abi::Rights;
using abi::procmgr::HandleKind;

struct Account;

// The badge of a handle; or of a thread whose faults procmgr takes.
//   63  60 59               32 31            0
//   [kind |   generation      |    number    ]
struct BadgeWord {
  u64 raw = 0;

  static constexpr u64 fault_kind = 15;
  static constexpr BadgeWord make(u64 kind, u64 generation, u64 number) {
    return {kind << 60 | (generation & 0xfff'ffff) << 32 | number};
  }
  friend constexpr bool operator==(BadgeWord, BadgeWord) = default;
  [[nodiscard]] constexpr u64 kind() const { return raw >> 60; }
  [[nodiscard]] constexpr u64 generation() const { return raw >> 32 & 0xfff'ffff; }
  [[nodiscard]] constexpr u64 number() const { return raw & 0xffff'ffff; }
};

struct Handle {
  HandleKind kind = HandleKind::none;  // none: not in use
  Rights rights;
  u64 generation = 0;
  void* object = nullptr;
  Account* account = nullptr;  // what pays for it
  Handle* next = nullptr;      // of the same object
  CapPtr anchor;
  u64 number = 0;  // its place
};

// 256 of them, and the leaf in which their anchors stand.
struct HandleLeaf {
  u64 leaf = 0;
  u64 used[abi::leaf_slots / 64] = {};
  Handle handles[abi::leaf_slots] = {};
};

class Handles {
 public:
  constexpr Handles() = default;

  // A handle for the object, new or there already, that `account` pays for.
  abi::Result<Handle*> make(HandleKind kind, void* object, Rights rights, Account& account);

  // The handle that a badge names; null: it has ended.
  [[nodiscard]] Handle* find(BadgeWord badge) const;

  // It goes out with the present answer: nobody holds it yet, and that means nothing.
  void expect(const Handle& handle) { expected_[expected_count_++] = badge_of(handle); }
  // The answer has gone out. What has not arrived, because the caller had no slot for it or is no
  // more, ends.
  void settle();

  // Takes it away from all who hold it. What that means for the object is the caller's to do.
  void end(Handle& handle);

  // Bits of the notification: which leaves have anchors that nobody holds any more. They end in
  // steps.
  void collect(u64 bits);

  [[nodiscard]] u64 live() const { return live_; }

 private:
  abi::Result<u64> find_place();
  abi::Status add_leaf();
  // True: there are no more.
  bool collect_some(HandleLeaf& leaf);
  static bool collect_step(Work& work);
  [[nodiscard]] static BadgeWord badge_of(const Handle& handle);
  [[nodiscard]] bool is_expected(const Handle& handle) const;

  static constexpr u64 max_leaves = 256;
  HandleLeaf* leaves_[max_leaves] = {};
  Work work_;  // to collect
  BadgeWord expected_[abi::max_message_caps];
  u64 expected_count_ = 0;
  u64 pending_ = 0;  // bits of leaves that are to be looked at
  u64 leaf_count_ = 0;
  u64 live_ = 0;
};

// What becomes of an object one of whose handles has ended because nobody held it.
void handle_is_gone(HandleKind kind, void* object);
// The object has a handle more.
void retain_named(HandleKind kind, void* object);
// Where the object keeps the list of its handles.
Handle*& handles_of(HandleKind kind, void* object);

}  // namespace procmgr
