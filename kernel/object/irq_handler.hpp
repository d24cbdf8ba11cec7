// SPDX-License-Identifier: MIT
// What an interrupt of a device signals.
//
//   free --attach--> masked --acknowledge--> unmasked --(the interrupt comes, is signalled)-->
//   masked
//
// Which handler an interrupt has, and the states, are the table's to keep
// (sched/interrupt_table.hpp).
#pragma once

#include <cap/object.hpp>
#include <cap/slot.hpp>

namespace kernel {

class IrqHandler : public Object {
  friend class InterruptTable;

  // They stand before the slot, which is aligned to 64 bytes, so that both fit.
  u32 number_ = 0;  // of its interrupt; 0 is none that a handler could have
  bool unmasked_ = false;

 public:
  IrqHandler() : Object(ObjectType::irq_handler) {}

  [[nodiscard]] bool is_attached() const { return number_ != 0; }
  [[nodiscard]] u32 number() const { return number_; }
  [[nodiscard]] bool is_unmasked() const { return unmasked_; }

  Slot target;  // whom it signals: a child of a notification's capability, or nothing
};

static_assert(sizeof(IrqHandler) <= abi::small_object_bytes);

}  // namespace kernel
