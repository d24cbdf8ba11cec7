// SPDX-License-Identifier: MIT
// A place in the tree of all capabilities, from which a reader goes on to the next one: a parent
// before its children.
//
// Whatever changes the tree in between tells the cursor, so that it never points at what is not
// there, and every capability that exists during the whole walk is visited exactly once:
//
//   slot removed    its children take its place. If they are still to be visited, the cursor goes
//                   back to what stands before them; if not, on to the last of them.
//   slot moved      the cursor moves along.
//   slot filled     it stands behind its source or before its parent's other children, so nothing
//                   else changes its place in the order.
#pragma once

#include <cap/slot.hpp>

namespace kernel {

class Cursor {
 public:
  // Before the first child of `origin`, from which all capabilities are derived.
  void rewind(Slot& origin);

  enum class Outcome { arrived, ended, more };

  // To the next capability, in at most `steps` steps. `more`: it has not come there yet.
  Outcome advance(unsigned steps);

  // The capability that it has arrived at; null if that has been removed since, or if the cursor
  // has gone on, in whoever's name.
  [[nodiscard]] Slot* visited(u64 sequence) const {
    return sequence == sequence_ && is_on_ ? at_ : nullptr;
  }
  // How often it was set off: by rewind(), or by an advance() that came to an end.
  [[nodiscard]] u64 sequence() const { return sequence_; }
  // Steps below the origin. Too high if an ancestor was removed while the cursor was below it.
  [[nodiscard]] u64 depth() const { return depth_; }
  [[nodiscard]] u64 removals() const { return removals_; }

  // `slot` is about to be cleared, or has been moved.
  void before_removal(const Slot& slot);
  void after_move(const Slot& from, Slot& to) {
    if (at_ == &from) at_ = &to;
  }

 private:
  void go_back();

  Slot* at_ = nullptr;
  bool is_on_ = false;    // at_ is the capability that a reader was told of
  bool is_done_ = false;  // what is derived from at_ has been visited
  u64 depth_ = 0;
  u64 sequence_ = 0;
  u64 removals_ = 0;
  const Slot* origin_ = nullptr;
};

}  // namespace kernel
