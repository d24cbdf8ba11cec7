// SPDX-License-Identifier: MIT
#include <debug/console.hpp>
#include <debug/panic.hpp>
#include <machine/backtrace.hpp>
#include <machine/power.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

constexpr unsigned longest_backtrace = 24;

void print_thread() {
  const Thread* current = core.scheduler.current();
  if (current == nullptr) return;
  print_line("kernel:   thread ", base::Hex{reinterpret_cast<u64>(current)}, " at ",
             base::Hex{current->context.program_counter()}, ", address space ",
             base::Hex{current->space().value()});
}

[[noreturn]] void end(machine::FramePointer frame) {
  print_thread();
  for (unsigned i = 0; i < longest_backtrace; ++i) {
    const u64 pc = frame.return_address();
    if (pc == 0) break;
    print_line("kernel:   called from ", base::Hex{pc});
    frame = frame.outer();
  }
  machine::power_off_after_panic(core.machine);
}

}  // namespace

void panic(const char* mistake) {
  print_line("kernel: panic: ", mistake);
  end(machine::FramePointer::here());
}

// entry.S: an exception in the kernel itself.
extern "C" [[noreturn]] void kernel_fault(u64 cause, u64 syndrome, u64 pc, u64 address, u64 sp) {
  print_line("kernel: panic: exception ", cause, " in the kernel: syndrome ", base::Hex{syndrome},
             ", pc ", base::Hex{pc}, ", address ", base::Hex{address}, ", sp ", base::Hex{sp});
  end(machine::FramePointer::here());
}

}  // namespace kernel
