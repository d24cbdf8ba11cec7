// SPDX-License-Identifier: MIT
// Capabilities that are kept and seldom used: a memory object for each large file, an account for
// each client. A CSpace has room for a few thousand, so they stand in CNodes outside of it, and
// come into a slot only for as long as they are needed.
#pragma once

#include <libipc/process/slots.hpp>

namespace vfs {

using abi::u32;
using abi::u64;
using ipc::Cap;
using ipc::Endpoint;
using ipc::Owned;

// The number of a parked capability; 0 is none.
using ParkedNumber = u32;

class Parked {
 public:
  constexpr Parked() = default;
  Parked(const Parked&) = delete;
  Parked& operator=(const Parked&) = delete;

  // Errors: over_quota, no_memory, no_space (1,024 CNodes are full); then the caller still has it.
  abi::Result<ParkedNumber> park(Owned<Endpoint>& capability);
  // A copy in a slot of the CSpace, which stands there until `borrowed_at_once` others are used.
  abi::Result<Cap<Endpoint>> use(ParkedNumber number);
  void drop(ParkedNumber number);
  // A child with the mask 1 of a notification, for a client; and all of those away again.
  abi::Result<Owned<Endpoint>> lend_bell(ParkedNumber number);
  void take_back(ParkedNumber number);

  [[nodiscard]] u64 count() const { return count_; }

 private:
  struct Leaf {
    Cap<ipc::CNode> cnode;
    u64 used[abi::leaf_slots / 64] = {};
  };
  static constexpr u64 max_leaves = 1'024;

  struct Borrowed {
    ParkedNumber number = 0;
    Owned<Endpoint> copy;
  };
  static constexpr u64 borrowed_at_once = 4;

  abi::Result<ParkedNumber> find_place();
  abi::Result<Owned<Endpoint>> copy_of(ParkedNumber number);

  Leaf leaves_[max_leaves];
  u64 leaf_count_ = 0;
  u64 first_free_ = 0;  // no leaf before this one has room
  u64 count_ = 0;
  Borrowed borrowed_[borrowed_at_once];
  u64 next_borrowed_ = 0;
};

// An empty slot's place, for invocations that put something there.
struct SlotPlace {
  Cap<ipc::CNode> cnode;
  u64 index = 0;
};
inline SlotPlace place_of(abi::CapPtr at) {
  return {ipc::slots().cnode_of(at), ipc::index_in_leaf(at)};
}

// A CNode outside the CSpace.
abi::Result<Cap<ipc::CNode>> make_outer_leaf();

}  // namespace vfs
