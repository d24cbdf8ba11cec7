// SPDX-License-Identifier: MIT
// Exceptions: boot/ expects none but one. All end in a report on a stack of their own, for the
// cause may be the stack.

.section .vectors, "ax"
.balign 2048
.globl vectors
vectors:
.rept 16
  .balign 128
  b     exception
.endr

// Semihosting where there is none is an undefined instruction; the call then says so.
exception:
  mrs   x9, elr_el1
  adr   x10, semihosting_trap
  cmp   x9, x10
  b.ne  1f
  mov   x2, xzr
  add   x9, x9, #4
  msr   elr_el1, x9
  eret
1:
  // Not zero: boot is about to stop for an error, and this exception is a consequence of it.
  mrs   x9, tpidr_el1
  cbnz  x9, park
  adrp  x9, emergency_stack_end
  mov   sp, x9
  mov   x29, xzr
  mrs   x0, esr_el1
  mrs   x1, elr_el1
  mrs   x2, far_el1
  bl    report_exception

.text
// semihosting(operation, parameter): true if somebody answered.
.globl semihosting
semihosting:
  mov   x2, #1
semihosting_trap:
  hlt   #0xf000
  mov   x0, x2
  ret

.globl park
park:
  wfi
  b     park
