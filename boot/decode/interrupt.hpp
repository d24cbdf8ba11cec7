// SPDX-License-Identifier: MIT
// Interrupts as the GIC's binding describes them: three cells `kind, number, flags`.
#pragma once

#include <boot/decode/tree_walk.hpp>

namespace boot {

// An interrupt of a node, before it is known which controller its cells are meant for.
struct InterruptClaim {
  Property list;   // `interrupts` or `interrupts-extended`
  u32 parent = 0;  // phandle of the controller
  std::size_t first_cell = 0;

  // The node's `index`-th interrupt.
  static InterruptClaim of(const Node& node, std::size_t index = 0);
};

struct Interrupt {
  u32 number = 0;  // INTID; 0: none (an INTID that no device can have)
  bool edge = false;
};

// `controller`: the GIC's phandle. An interrupt of another controller is none for the kernel.
[[nodiscard]] Interrupt resolve(const InterruptClaim& claim, u32 controller);

}  // namespace boot
