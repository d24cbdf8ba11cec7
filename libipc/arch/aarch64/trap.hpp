// SPDX-License-Identifier: MIT
// The `svc` instruction as functions, register by register as abi/syscall.hpp says. A message of up
// to eight words costs the moves that put it into place and nothing else: these are always inlined,
// and the arrays dissolve into registers.
#pragma once

#include <abi/syscall.hpp>
#include <libipc/message.hpp>

namespace ipc::machine {

// What the kernel does not keep, beside the registers that carry the message.
#define IPC_DEAD_REGISTERS \
  "x8", "x9", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "cc", "memory"

// Message words in both directions.
template <abi::Syscall number>
[[gnu::always_inline]] inline Message exchange(const Words& words, u64 target,
                                               abi::MessageInfo info) {
  register u64 x0 asm("x0") = words[0];
  register u64 x1 asm("x1") = words[1];
  register u64 x2 asm("x2") = words[2];
  register u64 x3 asm("x3") = words[3];
  register u64 x4 asm("x4") = words[4];
  register u64 x5 asm("x5") = words[5];
  register u64 x6 asm("x6") = words[6];
  register u64 x7 asm("x7") = words[7];
  register u64 x10 asm("x10") = target;
  register u64 x11 asm("x11") = info.raw;
  asm volatile("svc %[number]"
               : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7),
                 "+r"(x10), "+r"(x11)
               : [number] "i"(static_cast<u32>(number))
               : IPC_DEAD_REGISTERS);
  return {{x0, x1, x2, x3, x4, x5, x6, x7}, x10, {x11}};
}

// Message words only on the way out of the kernel, so none need to be cleared on the way in.
template <abi::Syscall number>
[[gnu::always_inline]] inline Message receive(u64 target) {
  register u64 x0 asm("x0");
  register u64 x1 asm("x1");
  register u64 x2 asm("x2");
  register u64 x3 asm("x3");
  register u64 x4 asm("x4");
  register u64 x5 asm("x5");
  register u64 x6 asm("x6");
  register u64 x7 asm("x7");
  register u64 x10 asm("x10") = target;
  register u64 x11 asm("x11") = 0;
  asm volatile("svc %[number]"
               : "=r"(x0), "=r"(x1), "=r"(x2), "=r"(x3), "=r"(x4), "=r"(x5), "=r"(x6), "=r"(x7),
                 "+r"(x10), "+r"(x11)
               : [number] "i"(static_cast<u32>(number))
               : IPC_DEAD_REGISTERS);
  return {{x0, x1, x2, x3, x4, x5, x6, x7}, x10, {x11}};
}

// A system call without message words: signal, wait, poll, yield.
template <abi::Syscall number>
[[gnu::always_inline]] inline Message bare(u64 target) {
  register u64 x10 asm("x10") = target;
  register u64 x11 asm("x11") = 0;
  asm volatile("svc %[number]"
               : "+r"(x10), "+r"(x11)
               : [number] "i"(static_cast<u32>(number))
               : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", IPC_DEAD_REGISTERS);
  return {{}, x10, {x11}};
}

#undef IPC_DEAD_REGISTERS

// A system call as programs of another ABI make it, in Linux's registers: the number in x8, the
// arguments from x0 on, the result in x0. Whoever handles this thread's `svc #0` decides what it
// does.
[[gnu::always_inline]] inline u64 foreign_call(u64 number, u64 first = 0, u64 second = 0) {
  register u64 x8 asm("x8") = number;
  register u64 x0 asm("x0") = first;
  register u64 x1 asm("x1") = second;
  asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1) : "cc", "memory");
  return x0;
}

// The thread pointer never changes while a thread runs, so the compiler may read it once.
[[gnu::always_inline]] inline void* thread_pointer() {
  void* pointer = nullptr;
  asm("mrs %0, tpidr_el0" : "=r"(pointer));
  return pointer;
}

// The counter that all programs may read. The barrier keeps it from being read ahead of the
// instructions before it.
[[gnu::always_inline]] inline u64 counter() {
  u64 ticks = 0;
  asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
  return ticks;
}

// How many ticks of the counter a second has.
[[gnu::always_inline]] inline u64 counter_frequency() {
  u64 frequency = 0;
  asm("mrs %0, cntfrq_el0" : "=r"(frequency));
  return frequency;
}

// Clears whole pages at `address` (of ordinary memory), two blocks of cache lines at a time: the
// largest that a machine may have is 2 KiB.
inline void zero_page(u64 address, u64 size) {
  u64 block_log = 0;
  asm("mrs %0, dczid_el0" : "=r"(block_log));
  const u64 block = u64{4} << (block_log & 15);
  for (u64 at = address; at < address + size; at += 2 * block) {
    asm volatile("dc zva, %0" : : "r"(at) : "memory");
    asm volatile("dc zva, %0" : : "r"(at + block) : "memory");
  }
}

// What was written to [address, address + size) is seen by instruction fetches, wherever else it is
// mapped (Arm ARM B2.4.4).
inline void make_instructions_visible(u64 address, u64 size) {
  u64 type = 0;
  asm("mrs %0, ctr_el0" : "=r"(type));
  const u64 data_line = u64{4} << (type >> 16 & 15);
  const u64 instruction_line = u64{4} << (type & 15);
  for (u64 at = address; at < address + size; at += data_line)
    asm volatile("dc cvau, %0" : : "r"(at) : "memory");
  asm volatile("dsb ish" : : : "memory");
  for (u64 at = address; at < address + size; at += instruction_line)
    asm volatile("ic ivau, %0" : : "r"(at) : "memory");
  asm volatile("dsb ish\n\tisb" : : : "memory");
}

}  // namespace ipc::machine
