// SPDX-License-Identifier: MIT
// System calls with every register set by the caller, and every register shown afterwards.
//
//   void system_call_N(AllRegisters* registers);    struct in registers.hpp
//
// The stack pointer cannot be chosen: it is where the pointer to the struct is kept meanwhile. If
// the kernel does not keep it, the test crashes, which is reported.

.macro all_registers number
  .section .text.system_call_\number, "ax", %progbits
  .global system_call_\number
  .type system_call_\number, %function
system_call_\number:
  stp x29, x30, [sp, #-128]!
  mov x29, sp
  stp x19, x20, [sp, #16]
  stp x21, x22, [sp, #32]
  stp x23, x24, [sp, #48]
  stp x25, x26, [sp, #64]
  stp x27, x28, [sp, #80]
  str x0, [sp, #96]
  mov x1, sp
  str x1, [x0, #248]
  ldr x1, [x0, #256]
  msr nzcv, x1
  ldp x1, x2, [x0, #8]
  ldp x3, x4, [x0, #24]
  ldp x5, x6, [x0, #40]
  ldp x7, x8, [x0, #56]
  ldp x9, x10, [x0, #72]
  ldp x11, x12, [x0, #88]
  ldp x13, x14, [x0, #104]
  ldp x15, x16, [x0, #120]
  ldp x17, x18, [x0, #136]
  ldp x19, x20, [x0, #152]
  ldp x21, x22, [x0, #168]
  ldp x23, x24, [x0, #184]
  ldp x25, x26, [x0, #200]
  ldp x27, x28, [x0, #216]
  ldp x29, x30, [x0, #232]
  ldr x0, [x0]
  svc #\number
  str x0, [sp, #104]
  ldr x0, [sp, #96]
  stp x1, x2, [x0, #8]
  stp x3, x4, [x0, #24]
  stp x5, x6, [x0, #40]
  stp x7, x8, [x0, #56]
  stp x9, x10, [x0, #72]
  stp x11, x12, [x0, #88]
  stp x13, x14, [x0, #104]
  stp x15, x16, [x0, #120]
  stp x17, x18, [x0, #136]
  stp x19, x20, [x0, #152]
  stp x21, x22, [x0, #168]
  stp x23, x24, [x0, #184]
  stp x25, x26, [x0, #200]
  stp x27, x28, [x0, #216]
  stp x29, x30, [x0, #232]
  mrs x1, nzcv
  str x1, [x0, #256]
  ldr x1, [sp, #104]
  str x1, [x0]
  ldr x1, [x0, #248]
  mov x2, sp
  sub x1, x1, x2
  str x1, [x0, #248]       // how far the stack pointer moved: 0
  ldp x19, x20, [sp, #16]
  ldp x21, x22, [sp, #32]
  ldp x23, x24, [sp, #48]
  ldp x25, x26, [sp, #64]
  ldp x27, x28, [sp, #80]
  ldp x29, x30, [sp], #128
  ret
  .size system_call_\number, . - system_call_\number
.endm

  all_registers 1
  all_registers 2
  all_registers 3
  all_registers 4
  all_registers 5
  all_registers 6
  all_registers 7
  all_registers 8
  all_registers 9
  all_registers 10
  all_registers 11
  all_registers 12
  all_registers 13
  all_registers 0
  all_registers 65535

  .section .note.GNU-stack, "", %progbits
