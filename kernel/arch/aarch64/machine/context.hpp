// SPDX-License-Identifier: MIT
// The registers of a thread while it does not run. entry.S saves and restores them in this order;
// the offsets are checked below.
#pragma once

#include <abi/object/thread.hpp>
#include <abi/upcall.hpp>
#include <array>
#include <base/units.hpp>
#include <cstddef>

namespace kernel::machine {

using base::u64;

inline constexpr u64 flags_mask = 0xf000'0000;  // NZCV; EL0, all interrupts on, AArch64

// Without initialisers: a thread is made in zeroed memory, and need not be zeroed again.
// What tells a system call with a short message from another: where it is, and what it says.
using CallRegisters = std::array<u64, 11>;

struct Context {
  u64 x[31];
  u64 sp;
  u64 pc;
  u64 flags;  // SPSR_EL1
  u64 tls;    // TPIDR_EL0

  [[nodiscard]] u64 message_word(unsigned index) const { return x[index]; }
  void set_message_word(unsigned index, u64 word) { x[index] = word; }
  [[nodiscard]] u64 capability() const { return x[10]; }
  [[nodiscard]] u64 info() const { return x[11]; }
  void set_result(u64 result) { x[0] = result; }  // of a foreign system call
  [[nodiscard]] u64 foreign_label() const { return x[8]; }
  void set_badge(u64 badge) { x[10] = badge; }
  void set_info(u64 info) { x[11] = info; }
  [[nodiscard]] CallRegisters call_registers() const {
    return {pc, x[10], x[11], x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]};
  }
  [[nodiscard]] u64 program_counter() const { return pc; }
  [[nodiscard]] u64 stack_pointer() const { return sp; }
  [[nodiscard]] u64 program_flags() const { return flags; }
  [[nodiscard]] u64 link_register() const { return x[30]; }

  // An IPC is a function call: what is dead across it must not show what the thread's partner or
  // the kernel had in it.
  void clear_dead() {
    x[8] = x[9] = 0;
    for (unsigned i = 12; i <= 18; ++i) x[i] = 0;
    flags = 0;
  }

  // The same, with no words and no badge: the registers of a system call's outcome.
  void clear_message() {
    for (unsigned i = 0; i <= 18; ++i) x[i] = 0;
    flags = 0;
  }

  // The state of a program that starts.
  void enter(u64 entry, u64 stack, u64 argument) {
    *this = {};
    x[0] = argument;
    sp = stack;
    pc = entry;
  }

  // What holders of the thread's capability may see and set: all of it, except that flags are only
  // the condition flags, so nobody can make a thread run in another mode.
  [[nodiscard]] abi::thread::Registers program_registers() const {
    abi::thread::Registers registers{};
    for (unsigned i = 0; i < 31; ++i) registers.x[i] = x[i];
    registers.sp = sp;
    registers.pc = pc;
    registers.flags = flags & flags_mask;
    registers.tls = tls;
    return registers;
  }
  void set_program_registers(const abi::thread::Registers& registers) {
    for (unsigned i = 0; i < 31; ++i) x[i] = registers.x[i];
    sp = registers.sp;
    pc = registers.pc;
    flags = registers.flags & flags_mask;
    tls = registers.tls;
  }

  // The thread will execute its `svc` again.
  void repeat_system_call() { pc -= 4; }

  // All registers stay, but the program goes on elsewhere, and then comes back.
  void enter_upcall(abi::UpcallFrame& frame, u64 entry) {
    frame.pc = pc;
    frame.sp = sp;
    frame.flags = flags;
    sp = frame.stack;
    pc = entry;
  }
  void leave_upcall(const abi::UpcallFrame& frame) {
    pc = frame.pc;
    sp = frame.sp;
    flags = frame.flags & flags_mask;
  }
};

static_assert(offsetof(Context, sp) == 248 && offsetof(Context, pc) == 256 &&
              offsetof(Context, flags) == 264 && offsetof(Context, tls) == 272 &&
              sizeof(Context) == 280);

}  // namespace kernel::machine
