// SPDX-License-Identifier: MIT
// What the kernel asks of a machine. A port is one folder whose `machine/` headers satisfy this;
// the build puts that folder on the include path, and this header proves that nothing is missing.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/paging/format.hpp>
#include <base/units.hpp>
#include <concepts>
#include <machine/console.hpp>
#include <machine/context.hpp>
#include <machine/cpu.hpp>
#include <machine/debug_registers.hpp>
#include <machine/floating_point.hpp>
#include <machine/interrupts.hpp>
#include <machine/memory.hpp>
#include <machine/mmu.hpp>
#include <machine/power.hpp>

namespace kernel {

// The registers of a thread, and the names that the message ABI gives to some of them.
template <class C>
concept ThreadContext = requires(C context, const C constant, base::u64 word, unsigned index) {
  { constant.message_word(index) } -> std::same_as<base::u64>;
  context.set_message_word(index, word);
  { constant.capability() } -> std::same_as<base::u64>;
  { constant.info() } -> std::same_as<base::u64>;
  context.set_badge(word);
  context.set_info(word);
  context.clear_dead();
  context.clear_message();
  context.enter(word, word, word);
  context.repeat_system_call();
  context.set_result(word);
  { constant.foreign_label() } -> std::same_as<base::u64>;
  { constant.program_counter() } -> std::same_as<base::u64>;
};

static_assert(ThreadContext<machine::Context>);
static_assert(base::paging::Format<machine::PageFormat>);

// Everything else is free functions. Naming their types here makes a port with another shape fail
// in this file instead of somewhere in the kernel.
namespace contract {

using base::PhysAddr;
using base::u32;
using base::u64;
using base::VirtAddr;

inline constexpr void* (*to_pointer)(PhysAddr) = &machine::physical_pointer;
inline constexpr PhysAddr (*to_physical)(const void*) = &machine::physical_address;
inline constexpr void (*zero)(void*, u64) = &machine::zero_memory;
inline constexpr void (*copy)(void*, const void*, u64) = &machine::copy_memory;

inline constexpr machine::SpaceWord (*space_word)(u64, PhysAddr) = &machine::space_word;
inline constexpr void (*activate)(machine::SpaceWord) = &machine::activate_address_space;
inline constexpr void (*deactivate)() = &machine::activate_no_address_space;
inline constexpr void (*publish)() = &machine::publish_new_entries;
inline constexpr void (*begin_invalidation)() = &machine::begin_invalidation;
inline constexpr void (*end_invalidation)() = &machine::end_invalidation;
inline constexpr void (*invalidate_page)(u64, VirtAddr) = &machine::invalidate_page;
inline constexpr void (*invalidate_space)(u64) = &machine::invalidate_space;

inline constexpr u64 (*now)() = &machine::counter;
inline constexpr void (*alarm)(u64) = &machine::set_alarm;
inline constexpr bool (*pending)() = &machine::interrupt_pending;
inline constexpr void (*sleep)() = &machine::wait_for_interrupt;

inline constexpr u64 (*breakpoints)() = &machine::breakpoint_count;
inline constexpr u64 (*watchpoints)() = &machine::watchpoint_count;
inline constexpr void (*watch)(const machine::DebugRegisters&) = &machine::load_debug_registers;
inline constexpr void (*watch_nothing)() = &machine::switch_debug_registers_off;

inline constexpr u32 (*claim)(const abi::Machine&) = &machine::claim_interrupt;
inline constexpr u32 (*lines)(const abi::Machine&) = &machine::interrupt_lines;
inline constexpr void (*configure)(const abi::Machine&, u32, bool) = &machine::configure_interrupt;
inline constexpr void (*mask)(const abi::Machine&, u32) = &machine::mask_interrupt;
inline constexpr void (*unmask)(const abi::Machine&, u32) = &machine::unmask_interrupt;
inline constexpr void (*dismiss)(const abi::Machine&, u32) = &machine::mask_and_complete_interrupt;
inline constexpr void (*complete)(const abi::Machine&, u32) = &machine::complete_interrupt;

inline constexpr void (*put)(const abi::Machine&, char) = &machine::put_character;
inline constexpr void (*off)(const abi::Machine&, u64) = &machine::power_off;

}  // namespace contract

}  // namespace kernel
