// SPDX-License-Identifier: MIT
// The first instructions of a process that procmgr made.
//
// In: SP points to the argument block (abi/process.hpp), every other register is zero.

  .section .text.start, "ax", %progbits
  .global _start
  .type _start, %function
_start:
  mov x0, sp
  adrp x1, main_thread     // a ThreadControl, in libipc/start/process.cpp
  add x1, x1, :lo12:main_thread
  msr tpidr_el0, x1
  mov x29, #0              // the end of the frame chain, for backtraces
  mov x30, #0
  bl start_process         // (argument block), does not return
  brk #1
  .size _start, . - _start

  .section .note.GNU-stack, "", %progbits
