// SPDX-License-Identifier: MIT
// The memory and the slots of the tests, and the proof that a test left nothing behind.
#pragma once

#include <tests/kernel/kit/context.hpp>

namespace kit {

class Ledger {
 public:
  static constexpr u64 arena_bits = 24;
  static constexpr u64 leaf_count = 2;

  // Makes the arena, and the leaves in whose slots tests put their capabilities.
  abi::Status set_up(support::Environment& environment);

  // Memory and slots as the next test finds them: all of the arena, all slots free.
  support::Memory memory() { return {slots_, {&arena_, 1}}; }
  ipc::SlotAllocator& fresh_slots();
  [[nodiscard]] Cap<ipc::Untyped> arena() const { return Cap<ipc::Untyped>{arena_.cap}; }

  // Takes back all that was made from the arena.
  abi::Status take_back();

  // Notes in `t` what is not as it was.
  void check(Context& t);

  // After a failed test: empties the slots, whatever stands in them.
  void sweep();

 private:
  struct Leaf {
    u64 root_index = 0;
    Cap<ipc::CNode> cnode;
  };

  abi::Grant arena_;
  Leaf leaves_[leaf_count] = {};
  ipc::SlotAllocator slots_;
  u64 free_elsewhere_ = 0;
};

}  // namespace kit
