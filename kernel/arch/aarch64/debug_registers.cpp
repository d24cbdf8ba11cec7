// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <machine/debug_registers.hpp>
#include <utility>

namespace kernel::machine {

namespace {

constexpr u64 monitor_debug_events = u64{1} << 15;  // MDSCR_EL1.MDE

u64 debug_features() {
  u64 features = 0;
  asm("mrs %0, id_aa64dfr0_el1" : "=r"(features));
  return features;
}

// The number of a register is part of the instruction.
template <unsigned index>
void load(const WatchPair& pair) {
  if (index < breakpoint_count())
    asm volatile("msr dbgbvr%c0_el1, %1\n msr dbgbcr%c0_el1, %2"
                 :
                 : "i"(index), "r"(pair.breakpoint), "r"(u64{pair.breakpoint_control}));
  if (index < watchpoint_count())
    asm volatile("msr dbgwvr%c0_el1, %1\n msr dbgwcr%c0_el1, %2"
                 :
                 : "i"(index), "r"(pair.watchpoint), "r"(u64{pair.watchpoint_control}));
}

template <unsigned... indices>
void load_each(const WatchPair* pairs, std::integer_sequence<unsigned, indices...>) {
  (load<indices>(pairs[indices]), ...);
}

// Of those that no thread can have.
template <unsigned... indices>
void clear_each(std::integer_sequence<unsigned, indices...>) {
  const u64 breakpoints = breakpoint_count();
  const u64 watchpoints = watchpoint_count();
  auto clear = [=]<unsigned offset> {
    constexpr unsigned index = abi::thread::max_watches + offset;
    if (index < breakpoints) asm volatile("msr dbgbcr%c0_el1, xzr" : : "i"(index));
    if (index < watchpoints) asm volatile("msr dbgwcr%c0_el1, xzr" : : "i"(index));
  };
  (clear.template operator()<indices>(), ...);
}

void set_control(u64 control) { asm volatile("msr mdscr_el1, %0\n isb" : : "r"(control)); }

}  // namespace

u64 breakpoint_count() { return base::field(debug_features(), 12, 4) + 1; }
u64 watchpoint_count() { return base::field(debug_features(), 20, 4) + 1; }

// Whether a breakpoint is on after a reset is unknown; and the OS lock keeps all of them from
// working until it is opened.
void initialise_debug_registers() {
  constexpr unsigned most = 16;  // as many as the architecture has numbers for
  switch_debug_registers_off();
  asm volatile("msr oslar_el1, xzr\n isb");
  clear_each(std::make_integer_sequence<unsigned, most - abi::thread::max_watches>{});
}

void load_debug_registers(const DebugRegisters& registers) {
  load_each(registers.pairs, std::make_integer_sequence<unsigned, abi::thread::max_watches>{});
  set_control(monitor_debug_events);
}

void switch_debug_registers_off() { set_control(0); }

}  // namespace kernel::machine
