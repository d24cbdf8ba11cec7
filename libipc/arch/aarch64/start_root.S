// SPDX-License-Identifier: MIT
// The first instructions of a first process (root program): it owns the machine's memory and was
// started by the kernel, not by another process.
//
// In: x0 = BootInfo, everything else zero, SP too.

  .section .text.start, "ax", %progbits
  .global _start
  .type _start, %function
_start:
  mrs x1, cntvct_el0       // when we started, before anything else
  adrp x2, stack_top       // from program.ld
  add x2, x2, :lo12:stack_top
  mov sp, x2
  adrp x2, main_thread     // a ThreadControl, in libipc/start/root.cpp
  add x2, x2, :lo12:main_thread
  msr tpidr_el0, x2
  mov x29, #0              // the end of the frame chain, for backtraces
  mov x30, #0
  bl start_root            // (BootInfo, ticks), does not return
  brk #1
  .size _start, . - _start

  .section .note.GNU-stack, "", %progbits
