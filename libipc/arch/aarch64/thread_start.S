// SPDX-License-Identifier: MIT
// Where the threads that a program makes begin. See libipc/thread_control.hpp.
//
// In: x0 = ThreadControl*, SP = top of the thread's own stack, everything else zero.

  .section .text.thread_start, "ax", %progbits
  .global thread_start
  .type thread_start, %function
thread_start:
  msr tpidr_el0, x0
  ldr x1, [x0, #8]         // ThreadControl::function
  ldr x0, [x0, #16]        // ThreadControl::argument
  mov x29, #0              // the end of the frame chain, for backtraces
  mov x30, #0
  blr x1
  brk #1                   // it must not return: there is nothing to return to
  .size thread_start, . - thread_start

  .section .note.GNU-stack, "", %progbits
