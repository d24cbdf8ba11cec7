// SPDX-License-Identifier: MIT
// Which handler each device interrupt has.
//
// Invariant: apart from the alarm's, an interrupt is unmasked at the controller exactly while its
// handler says so. All others are masked, so an interrupt comes at most once for each acknowledge.
#pragma once

#include <array>
#include <machine/interrupts.hpp>
#include <object/irq_handler.hpp>

namespace kernel {

class InterruptTable {
 public:
  // All of the machine's interrupts are masked.
  void initialise(const abi::Machine& machine);

  // Whether the machine has an interrupt of this number that a device can raise.
  [[nodiscard]] bool has(u64 number) const {
    return number >= machine::first_device_interrupt && number < lines_;
  }
  // The interrupt exists.
  [[nodiscard]] IrqHandler* handler(u64 number) const { return handlers_[number]; }

  // The interrupt exists and is free, the handler has none.
  void attach(const abi::Machine& machine, IrqHandler& handler, u32 number, bool edge);
  // The handler has an interrupt. It is masked and free after this.
  void detach(const abi::Machine& machine, IrqHandler& handler);

  // The handler has an interrupt.
  void unmask(const abi::Machine& machine, IrqHandler& handler);

  // The interrupt `number`, below max_interrupts, has come, and is masked and done with after this.
  // Null: nobody has it, or it came once more before the mask took effect.
  [[gnu::always_inline]] IrqHandler* take(const abi::Machine& machine, u32 number) {
    machine::mask_and_complete_interrupt(machine, number);
    IrqHandler* handler = handlers_[number];
    if (handler == nullptr || !handler->unmasked_) [[unlikely]]
      return nullptr;
    handler->unmasked_ = false;
    --unmasked_;
    return handler;
  }

  // Whether any device interrupt can come.
  [[nodiscard]] bool any_unmasked() const { return unmasked_ != 0; }

  void check() const;

 private:
  u32 lines_ = 0;
  u32 unmasked_ = 0;  // how many are
  std::array<IrqHandler*, machine::max_interrupts> handlers_{};
};

}  // namespace kernel
