// SPDX-License-Identifier: MIT
#include <libipc/start/root.hpp>
#include <user/support/fault_report.hpp>
#include <user/support/guardian.hpp>

// From libipc/program.ld: the first thread's stack.
extern "C" {
extern const char stack_bottom[];
extern const char stack_top[];
}

namespace support {
namespace {

using ipc::Cap;
using ipc::Thread;

constexpr Cap<Thread> main_thread{abi::root_slot::thread};

// Above everything, so that it comes to its report whatever else is running.
constexpr abi::Priority guardian_priority{255};

// It shares the page of the first thread's IPC buffer, which has room for four.
constexpr u64 buffer_offset = abi::ipc_buffer_size;

constinit ipc::ThreadControl control;
constinit ipc::Cap<ipc::Endpoint> faults;
constinit ipc::Cap<ipc::Reply> reply;
alignas(16) constinit char stack[8 * base::kib] = {};

void print_prefixed(std::string_view text) {
  print([&](auto& line) { line << "guardian: " << text; });
}

void print_backtrace(u64 frame_pointer) {
  u64 addresses[24] = {};
  const StackRange range{reinterpret_cast<u64>(stack_bottom), reinterpret_cast<u64>(stack_top)};
  const u64 count = backtrace(frame_pointer, range, addresses);
  for (u64 i = 0; i < count; ++i)
    print([&](auto& line) { line << "guardian: called from " << base::Hex{addresses[i]}; });
}

[[noreturn]] void report(const ipc::Message& message) {
  const abi::FaultMessage fault = fault_of(message);
  print([&](auto& line) {
    line << "\nguardian: the program has crashed: ";
    describe(line, static_cast<abi::FaultKind>(message.info.label()), fault);
  });
  if (fault.sp < reinterpret_cast<u64>(stack_bottom) || fault.sp > reinterpret_cast<u64>(stack_top))
    print_prefixed("the stack pointer is outside the stack");
  // The thread waits for the answer to its fault; only a suspended one shows its registers.
  static_cast<void>(ipc::invoke(main_thread, abi::thread::Suspend{}));
  const auto read = ipc::invoke(main_thread, abi::thread::ReadRegisters{});
  if (read.ok()) {
    print_registers(read->registers, print_prefixed);
    print_backtrace(read->registers.x[29]);
  }
  ipc::start::power_off(status_crashed);
}

// The first thread cannot be configured while it runs, so the guardian stops it for a moment; the
// first thread is inside Thread.dispatch then, and does not notice.
abi::Status take_charge() {
  TRY(ipc::invoke(main_thread, abi::thread::Suspend{}));
  const auto configured = ipc::invoke(
      main_thread, abi::thread::Configure{.pager = faults.at(), .handler = faults.at()});
  TRY(ipc::invoke(main_thread, abi::thread::Resume{}));
  TRY(configured);
  return {};
}

void guard(void*) {
  const abi::Status done = take_charge();
  if (!done.ok())
    print([&](auto& line) { line << "guardian: cannot guard: " << abi::sentence(done.error()); });
  for (;;) {
    const ipc::Message message = ipc::sys::recv(faults, reply);
    if (message.info.kind() == abi::Kind::fault) report(message);
  }
}

}  // namespace

abi::Status start_guardian(Environment& environment) {
  auto thread = TRY(environment.memory.make<Thread>());
  auto time = TRY(environment.memory.make<ipc::SchedContext>());
  faults = TRY(environment.memory.make<ipc::Endpoint>()).release();
  reply = TRY(environment.memory.make<ipc::Reply>()).release();
  TRY(ipc::invoke(thread.get(), abi::thread::Configure{.cspace = abi::root_slot::cspace,
                                                       .vspace = abi::root_slot::vspace,
                                                       .buffer = abi::root_slot::ipc_buffer,
                                                       .buffer_offset = buffer_offset,
                                                       .sched_context = time.at()}));
  TRY(ipc::invoke(thread.get(), abi::thread::SetPriority{.priority = guardian_priority}));
  auto& main_control = ipc::this_thread();
  control = {.buffer = reinterpret_cast<abi::IpcBuffer*>(
                 reinterpret_cast<u64>(main_control.buffer) + buffer_offset),
             .function = guard};
  TRY(ipc::invoke(thread.get(),
                  abi::thread::Dispatch{.entry = reinterpret_cast<u64>(&ipc::thread_start),
                                        .stack = reinterpret_cast<u64>(stack + sizeof(stack)),
                                        .argument = reinterpret_cast<u64>(&control)}));
  static_cast<void>(thread.release());
  static_cast<void>(time.release());
  return {};
}

}  // namespace support
