// SPDX-License-Identifier: MIT
// An upcall handler. Its stack begins at the end of the page that the frame stands at the start of.
// It saves what a program may have in its registers, calls
//
//   void handle_upcall(abi::UpcallFrame* frame, u64 registers[20]);    x0..x18, x30; may be changed
//
// and goes back.

  .section .text.upcall_entry, "ax", %progbits
  .global upcall_entry
  .type upcall_entry, %function
upcall_entry:
  sub sp, sp, #160
  stp x0, x1, [sp, #0]
  stp x2, x3, [sp, #16]
  stp x4, x5, [sp, #32]
  stp x6, x7, [sp, #48]
  stp x8, x9, [sp, #64]
  stp x10, x11, [sp, #80]
  stp x12, x13, [sp, #96]
  stp x14, x15, [sp, #112]
  stp x16, x17, [sp, #128]
  stp x18, x30, [sp, #144]
  mov x1, sp
  and x0, x1, #~4095
  bl handle_upcall
  ldp x0, x1, [sp, #0]
  ldp x2, x3, [sp, #16]
  ldp x4, x5, [sp, #32]
  ldp x6, x7, [sp, #48]
  ldp x8, x9, [sp, #64]
  ldp x10, x11, [sp, #80]
  ldp x12, x13, [sp, #96]
  ldp x14, x15, [sp, #112]
  ldp x16, x17, [sp, #128]
  ldp x18, x30, [sp, #144]
  add sp, sp, #160
  svc #13
  .size upcall_entry, . - upcall_entry
