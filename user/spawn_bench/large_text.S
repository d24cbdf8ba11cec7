// SPDX-License-Identifier: MIT
// 1 MB of instructions that nobody executes.
  .section .text.large_text, "axR", %progbits
  .balign 4096
  .global large_text
large_text:
  .fill 1048576 / 4, 4, 0xd503201f  // nop
  .global large_text_end
large_text_end:
  .section .note.GNU-stack, "", %progbits
