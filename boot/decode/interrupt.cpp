// SPDX-License-Identifier: MIT
#include <boot/decode/interrupt.hpp>

namespace boot {

namespace {

constexpr std::size_t cells_per_interrupt = 3;

// The first cell, and where in the INTIDs such interrupts are (GIC architecture, section 2.2.1).
constexpr u32 kind_shared = 0;
constexpr u32 kind_private = 1;
constexpr u32 first_shared = 32;
constexpr u32 shared_count = 988;
constexpr u32 first_private = 16;
constexpr u32 private_count = 16;

constexpr u32 any_edge = 3;  // in the flags: rising 1, falling 2, high 4, low 8

}  // namespace

InterruptClaim InterruptClaim::of(const Node& node, std::size_t index) {
  const Property& extended = node[Key::interrupts_extended];
  if (!extended.present())
    return {.list = node[Key::interrupts],
            .parent = node.interrupt_parent,
            .first_cell = index * cells_per_interrupt};
  // Each entry names its controller first. For an index above 0 this counts on all of them being
  // the GIC's; one that is not then names no controller in the place looked at.
  const std::size_t at = index * (1 + cells_per_interrupt);
  return {.list = extended, .parent = extended.cell(at).value_or(0), .first_cell = at + 1};
}

Interrupt resolve(const InterruptClaim& claim, u32 controller) {
  const std::optional<u32> kind = claim.list.cell(claim.first_cell);
  const std::optional<u32> number = claim.list.cell(claim.first_cell + 1);
  const std::optional<u32> flags = claim.list.cell(claim.first_cell + 2);
  if (claim.parent != controller || !kind || !number || !flags) return {};
  const bool edge = (*flags & any_edge) != 0;
  if (*kind == kind_shared && *number < shared_count) return {first_shared + *number, edge};
  if (*kind == kind_private && *number < private_count) return {first_private + *number, edge};
  return {};
}

}  // namespace boot
