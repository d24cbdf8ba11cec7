// SPDX-License-Identifier: MIT
// The empty slots into which a server lets capabilities come, and what becomes of them: a handler
// takes what it wants to keep, everything else is deleted before the next request.
//
//   arm() ---- message arrives ----> arrived(info) ---- handler: take(i) ----> clean_up()
//     ^                                                                            |
//     +----------------------------------------------------------------------------+
#pragma once

#include <libipc/owned.hpp>
#include <libipc/transfer.hpp>

namespace ipc {

class ReceiveSlots {
 public:
  // `count` slots from `slots`, given back at destruction. Asked for more than there are, it
  // accepts fewer capabilities.
  ReceiveSlots(SlotAllocator& slots, u64 count);
  ~ReceiveSlots();
  ReceiveSlots(const ReceiveSlots&) = delete;
  ReceiveSlots& operator=(const ReceiveSlots&) = delete;

  // Names the slots in this thread's IPC buffer.
  void arm() { accept_into(at_); }

  void arrived(abi::MessageInfo info) { arrivals_ = arrivals_of(info); }
  [[nodiscard]] const Arrivals& arrivals() const { return arrivals_; }

  // The i-th capability that came, now the caller's; empty if it did not come in a slot. Whether
  // its object is a T the kernel checks at its first use.
  template <Object T>
  [[nodiscard]] Owned<T> take(u64 i) {
    if ((arrivals_.in_slots >> i & 1) == 0) return {};
    arrivals_.in_slots &= ~(u64{1} << i);
    Owned<T> taken{slots_, at_[i]};
    refill(i);
    return taken;
  }

  // Deletes what came and was not taken.
  void clean_up();

 private:
  void refill(u64 i);

  SlotAllocator& slots_;
  CapPtrs<abi::max_message_caps> at_{};  // 0: no slot, refuses
  Arrivals arrivals_;
};

}  // namespace ipc
