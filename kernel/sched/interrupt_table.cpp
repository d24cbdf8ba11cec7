// SPDX-License-Identifier: MIT
#include <algorithm>
#include <debug/panic.hpp>
#include <sched/interrupt_table.hpp>

namespace kernel {

void InterruptTable::initialise(const abi::Machine& machine) {
  lines_ = std::min(machine::interrupt_lines(machine), machine::max_interrupts);
}

void InterruptTable::attach(const abi::Machine& machine, IrqHandler& handler, u32 number,
                            bool edge) {
  machine::configure_interrupt(machine, number, edge);
  handler.number_ = number;
  handlers_[number] = &handler;
}

void InterruptTable::detach(const abi::Machine& machine, IrqHandler& handler) {
  machine::mask_interrupt(machine, handler.number_);
  if (handler.unmasked_) --unmasked_;
  handlers_[handler.number_] = nullptr;
  handler.unmasked_ = false;
  handler.number_ = 0;
}

void InterruptTable::unmask(const abi::Machine& machine, IrqHandler& handler) {
  if (handler.unmasked_) return;
  handler.unmasked_ = true;
  ++unmasked_;
  machine::unmask_interrupt(machine, handler.number_);
}

void InterruptTable::check() const {
  u32 unmasked = 0;
  for (u32 number = 0; number < machine::max_interrupts; ++number) {
    const IrqHandler* handler = handlers_[number];
    if (handler == nullptr) continue;
    require(has(number) && handler->number_ == number, "an interrupt's handler has another");
    if (handler->unmasked_) ++unmasked;
  }
  require(unmasked == unmasked_, "the unmasked interrupts are miscounted");
}

}  // namespace kernel
