// SPDX-License-Identifier: MIT
#include <debug/console.hpp>
#include <machine/power.hpp>
#include <sched/kernel.hpp>
#include <trap/end.hpp>

namespace kernel {

namespace {

// As a shell reports a program that ended by a memory fault.
constexpr u64 unhandled_fault_status = 139;

}  // namespace

void end_with_first_fault(const Thread& thread) {
  const Fault& fault = thread.fault;
  print_line("kernel: the first process stops at a fault that nobody handles: ",
             abi::name_of(fault.kind), " at pc ", base::Hex{thread.context.program_counter()},
             ", address ", base::Hex{fault.address}, ", syndrome ", base::Hex{fault.syndrome});
  machine::power_off(core.machine, unhandled_fault_status);
}

void end_with_nothing_to_run() {
  print_line("kernel: nothing can run any more: every thread waits or has stopped");
  machine::power_off(core.machine, unhandled_fault_status);
}

}  // namespace kernel
