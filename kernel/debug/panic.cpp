// SPDX-License-Identifier: MIT
// The report of a mistake. It holds addresses and no names: `./aril` puts names to them, on the
// host (tools/aril/symbols.py).
#include <debug/console.hpp>
#include <debug/panic.hpp>
#include <debug/trace.hpp>
#include <initializer_list>
#include <machine/backtrace.hpp>
#include <machine/mistake.hpp>
#include <machine/power.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

constexpr unsigned longest_backtrace = 24;
constexpr u64 events_shown = 8;

constinit unsigned panics = 0;

// A report that goes wrong itself must not be tried again: the second one is a line, the third only
// ends the machine, and the fourth without the verdict, which may be the reason.
void begin_report(const char* mistake) {
  ++panics;
  if (panics > 3) core.machine.exit_device = abi::ExitDevice::none;
  if (panics == 1) print_text("");  // a program may have left a line unfinished
  if (panics <= 2) print_line("kernel: panic: ", mistake);
  if (panics > 1) machine::power_off_after_panic(core.machine);
}

// One form for all lines keeps the report small.
void print_values(std::string_view what, std::initializer_list<u64> values) {
  base::Text<160> line;
  line << "kernel:   " << what;
  for (const u64 value : values) line << ' ' << base::Hex{value};
  print_text(line.view());
}

void print_registers(const machine::MistakeRegisters& registers) {
  const u64* x = registers.x;
  print_values("x0..x3", {x[0], x[1], x[2], x[3]});
  print_values("x4..x7", {x[4], x[5], x[6], x[7]});
  print_values("x8..x11", {x[8], x[9], x[10], x[11]});
  print_values("x12..x15", {x[12], x[13], x[14], x[15]});
  print_values("x16..x19", {x[16], x[17], x[18], x[19]});
  print_values("x20..x23", {x[20], x[21], x[22], x[23]});
  print_values("x24..x27", {x[24], x[25], x[26], x[27]});
  print_values("x28..x30", {x[28], x[29], x[30]});
  print_values("sp, flags", {registers.sp, registers.flags});
  print_values("syndrome, address", {registers.syndrome, registers.address});
  print_values("at", {registers.pc});
}

void print_thread() {
  const Thread* current = core.scheduler.current();
  if (current == nullptr) return;
  print_values("thread, its pc, its address space",
               {reinterpret_cast<u64>(current), current->context.program_counter(),
                current->space().value()});
}

void print_backtrace(machine::FramePointer frame) {
  for (unsigned i = 0; i < longest_backtrace; ++i) {
    const u64 pc = frame.return_address();
    if (pc == 0) break;
    print_values("called from", {pc});
    frame = frame.outer();
  }
}

void print_events() {
  const u64 end = trace.end();
  if (end == 0) return;
  print_text("kernel:   the last events: what, when, in which thread, details");
  for (u64 number = end > events_shown ? end - events_shown : 0; number < end; ++number) {
    const Event& event = trace.event(number);
    print_values(abi::inspector::name_of(event.kind),
                 {event.counter, event.thread.value(), event.details[0], event.details[1]});
  }
}

[[noreturn]] void end_report(machine::FramePointer frame) {
  print_thread();
  print_backtrace(frame);
  print_events();
  machine::power_off_after_panic(core.machine);
}

}  // namespace

void panic(const char* mistake) {
  begin_report(mistake);
  end_report(machine::FramePointer::here());
}

// entry.S: an exception in the kernel itself.
extern "C" [[noreturn]] void kernel_fault(u64 cause, const machine::MistakeRegisters* registers) {
  begin_report(machine::name_of_mistake(cause, registers->syndrome));
  print_registers(*registers);
  end_report(machine::FramePointer::at(registers->x[29]));
}

}  // namespace kernel
