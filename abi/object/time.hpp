// SPDX-License-Identifier: MIT
// Methods of what signals a notification by itself: Timer, IrqControl, IrqHandler.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::timer {

// From now on the timer signals through this notification capability (right signal), with its mask.
// It keeps a child of it. 0: none any more. Needs the right configure.
struct Configure {
  static constexpr u32 op = method(ObjectType::timer, 1);
  static constexpr std::string_view name = "timer.configure";
  CapPtr notification;
  struct Reply {};
};

// One signal when the counter (aarch64: CNTVCT_EL0) reaches `deadline`, at once if it has already.
// Replaces an earlier deadline; 0 stops the timer. Reply: the deadline that it replaces, 0 if there
// was none or it has passed. Needs the right set.
struct Set {
  static constexpr u32 op = method(ObjectType::timer, 2);
  static constexpr std::string_view name = "timer.set";
  u64 deadline;
  struct Reply {
    u64 replaced;
  };
};

using Methods = RequestList<Configure, Set>;

}  // namespace abi::timer

namespace abi::irq_control {

// Makes `handler` (right configure), an IrqHandler without an interrupt, the one for interrupt
// `number` (aarch64: an INTID from 32 on, a shared peripheral interrupt). It stays masked until the
// first acknowledge; an edge that came before is forgotten. When the IrqHandler goes, the interrupt
// is masked and free again. Errors: out_of_range (the machine has no such interrupt), denied (it is
// the kernel's own), occupied (it has a handler), busy (that handler has an interrupt).
struct Attach {
  static constexpr u32 op = method(ObjectType::irq_control, 1);
  static constexpr std::string_view name = "irq_control.attach";
  CapPtr handler;
  u64 number;
  u64 trigger;  // 1: edge, 0: level
  struct Reply {};
};

using Methods = RequestList<Attach>;

}  // namespace abi::irq_control

namespace abi::irq_handler {

// As for a Timer.
struct Configure {
  static constexpr u32 op = method(ObjectType::irq_handler, 1);
  static constexpr std::string_view name = "irq_handler.configure";
  CapPtr notification;
  struct Reply {};
};

// The device has been served: the interrupt may be raised again. It is masked from its signal until
// then. Needs the right acknowledge. Error: not_found (no interrupt is attached).
struct Acknowledge {
  static constexpr u32 op = method(ObjectType::irq_handler, 2);
  static constexpr std::string_view name = "irq_handler.acknowledge";
  struct Reply {};
};

using Methods = RequestList<Configure, Acknowledge>;

}  // namespace abi::irq_handler
