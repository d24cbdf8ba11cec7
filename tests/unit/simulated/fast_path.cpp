// SPDX-License-Identifier: MIT
#include <abi/syscall.hpp>
#include <array>
#include <machine/fast_call.hpp>
#include <simulated/fast_path.hpp>

namespace kernel {

using machine::u64;

FAST_PATH fast_call(FAST_PARAMETERS);
FAST_PATH fast_reply_recv(FAST_PARAMETERS);
extern "C" Thread* kernel_system_call(Thread* thread, u64 number);
extern "C" Thread* kernel_invoke(Thread* thread, Slot* target);

}  // namespace kernel

namespace {

using base::u64;
using kernel::Thread;

enum class Way { slow, invoke, program, trapped };

// How the fast path was left, and with what in the registers.
struct Exit {
  Way way = Way::slow;
  Thread* thread = nullptr;
  std::array<u64, 8> words{};
  u64 x10 = 0;
  u64 x11 = 0;
  kernel::Slot* slot = nullptr;
};

Exit last_exit;

void write_registers(const Exit& exit) {
  kernel::machine::Context& context = exit.thread->context;
  for (unsigned i = 0; i < 8; ++i) context.x[i] = exit.words[i];
  context.x[10] = exit.x10;
  context.x[11] = exit.x11;
}

}  // namespace

namespace kernel::machine {

#define LEAVE(name, way)                                                            \
  FAST_PATH name(FAST_PARAMETERS) {                                                 \
    static_cast<void>(f2 + f3 + f4 + f5 + f6 + f7 + f8);                            \
    last_exit = {way, thread, {FAST_WORDS}, x10, x11, reinterpret_cast<Slot*>(f1)}; \
  }
LEAVE(leave_to_slow_call, Way::slow)
LEAVE(leave_to_slow_reply_recv, Way::slow)
LEAVE(leave_to_invoke, Way::invoke)
LEAVE(leave_to_program, Way::program)
LEAVE(leave_to_trapped, Way::trapped)
#undef LEAVE

}  // namespace kernel::machine

namespace simulated {

bool system_call_on_fast_path(Thread& thread, base::u32 number) {
  // What entry.S does not save is gone; nothing reads it from here on.
  kernel::machine::Context& context = thread.context;
  const std::array<u64, 31> x = std::to_array(context.x);
  for (unsigned i = 0; i < 19; ++i) context.x[i] = 0xbad0'0000 + i;
  context.flags = 0;
  const auto enter = number == static_cast<base::u32>(abi::Syscall::call)
                         ? &kernel::fast_call
                         : &kernel::fast_reply_recv;
  enter(&thread, 0, 0, 0, 0, 0, 0, 0, 0, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[10],
        x[11]);
  switch (last_exit.way) {
    case Way::trapped: return true;  // its registers are in its context
    case Way::program:
      write_registers(last_exit);
      last_exit.thread->context.clear_dead();  // entry.S zeroes them on the way out
      return true;
    case Way::invoke:
      write_registers(last_exit);
      kernel::kernel_invoke(&thread, last_exit.slot);
      return false;
    case Way::slow: break;
  }
  write_registers(last_exit);
  kernel::kernel_system_call(&thread, number);
  return false;
}

}  // namespace simulated
