// SPDX-License-Identifier: MIT
// The entry point of the test program, before that of libipc: all registers but the stack pointer
// must be zero, and that one aligned. If not, the program ends here with a breakpoint.
//
// The sum by `orr` is zero if and only if each part is, and then nothing has changed.

  .arch_extension simd
  .section .text.start, "ax", %progbits
  .global first_instructions
  .type first_instructions, %function
first_instructions:
  .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
  orr x0, x0, x\n
  .endr
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  mov x1, v\n\().d[0]
  orr x0, x0, x1
  mov x1, v\n\().d[1]
  orr x0, x0, x1
  .endr
  mrs x1, tpidr_el0
  orr x0, x0, x1
  mrs x1, tpidrro_el0
  orr x0, x0, x1
  mrs x1, fpcr
  orr x0, x0, x1
  mrs x1, fpsr
  orr x0, x0, x1
  mov x1, sp
  and x1, x1, #15
  orr x0, x0, x1
  cbnz x0, 1f
  b _start
1:
  brk #77
  .size first_instructions, . - first_instructions

  .section .note.GNU-stack, "", %progbits
