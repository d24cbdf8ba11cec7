// SPDX-License-Identifier: MIT
// What a CPU needs before it runs threads, and what EL0 may do on it.
#include <machine/cpu.hpp>
#include <machine/debug_registers.hpp>
#include <machine/floating_point.hpp>
#include <machine/memory.hpp>
#include <machine/mmu.hpp>

extern "C" char trap_vectors[];

namespace kernel::machine {

namespace {

// The root of no address space: all absent. Read only, so it needs no owner.
alignas(base::page_size) constexpr u64 empty_table[base::paging::entries_per_table] = {};

// SCTLR_EL1, by what they allow EL0: UCI, UCT, DZE, nTWE, SA0; nTWI, UMA.
constexpr u64 user_cache_maintenance = 1 << 26;
constexpr u64 user_cache_type = 1 << 15;
constexpr u64 user_zero_block = 1 << 14;
constexpr u64 user_wait_for_event = 1 << 18;
constexpr u64 user_stack_alignment = 1 << 4;
constexpr u64 user_wait_for_interrupt = 1 << 16;
constexpr u64 user_interrupt_mask = 1 << 9;

// The kernel image is not in the physical window's arithmetic: ask the MMU where the table lies.
PhysAddr physical_of_kernel_object(const void* object) {
  u64 result = 0;
  asm volatile("at s1e1r, %1\n isb\n mrs %0, par_el1" : "=r"(result) : "r"(object));
  const auto offset = reinterpret_cast<u64>(object) & (base::page_size - 1);
  return PhysAddr{(result & base::mask_of(48) & ~(base::page_size - 1)) | offset};
}

}  // namespace

void activate_no_address_space() {
  activate_address_space(space_word(0, physical_of_kernel_object(empty_table)));
}

void initialise_cpu() {
  asm volatile("msr vbar_el1, %0\n isb" : : "r"(trap_vectors));
  set_floating_point(false);
  activate_no_address_space();
  asm volatile("tlbi vmalle1is\n dsb ish\n isb" : : : "memory");
  // EL0: the virtual counter is readable, timers are not. Cache maintenance by address, DC ZVA,
  // CTR_EL0 and WFE are allowed; WFI, the cycle counter and debug registers are not.
  asm volatile("msr cntkctl_el1, %0" : : "r"(u64{1} << 1));
  u64 control = 0;
  asm volatile("mrs %0, sctlr_el1" : "=r"(control));
  control |= user_cache_maintenance | user_cache_type | user_zero_block | user_wait_for_event |
             user_stack_alignment;
  control &= ~(user_wait_for_interrupt | user_interrupt_mask);
  asm volatile("msr sctlr_el1, %0\n isb" : : "r"(control));
  initialise_debug_registers();
  u64 debug_features = 0;
  asm("mrs %0, id_aa64dfr0_el1" : "=r"(debug_features));
  if ((debug_features >> 8 & 0xf) != 0 && (debug_features >> 8 & 0xf) != 0xf)
    asm volatile("msr pmuserenr_el0, xzr");
  set_alarm(no_alarm);
  asm volatile("msr cntv_ctl_el0, %0\n isb" : : "r"(u64{1}));
}

}  // namespace kernel::machine
