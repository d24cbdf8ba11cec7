// SPDX-License-Identifier: MIT
// The first instructions: from the state that the arm64 boot protocol promises (MMU and data cache
// off, x0 = device tree, EL2 or EL1) to boot_main() at EL1 with MMU and caches on.
//
// Until the MMU is on, memory is written past the caches. Whatever is written here must therefore
// be invalidated before the caches are used, or a stale line would hide it; that is done once, at
// the end, for everything from the data segment to the end of the image.

#include "registers.h"

// The header of an arm64 Image (Linux, Documentation/arm64/booting.rst).
.section .head, "ax"
.globl image_start
image_start:
  b     entry                     // executable code, twice four bytes
  .long 0
  .quad 0                         // offset of the image from a 2 MiB boundary
  .quad image_bytes               // with .bss and stack
  .quad 1 << 1 | 1 << 3           // little-endian, 4 KiB pages, anywhere in physical memory
  .quad 0, 0, 0
  .ascii "ARM\x64"
  .long 0

.text
entry:
  msr   daifset, #0xf
  mov   x19, x0                   // the device tree
  mrs   x20, CurrentEL
  lsr   x20, x20, #2              // the level that we were entered at
  adr   x30, at_el1
  cmp   x20, #2
  b.eq  drop_to_el1
  b.hi  drop_from_el3
  ldr   x0, =SCTLR_EL1_OFF
  msr   sctlr_el1, x0
  isb
at_el1:
  msr   spsel, #1
  adrp  x0, vectors
  add   x0, x0, :lo12:vectors
  msr   vbar_el1, x0
  msr   tpidr_el1, xzr            // no error so far, see vectors.S
  mov   x0, #CPACR_FP_ALLOWED     // libfdt is compiled with vector instructions
  msr   cpacr_el1, x0
  isb
  adrp  x0, stack_end
  mov   sp, x0
  mov   x29, xzr
  mov   x30, xzr

  bl    relocate
  bl    clear_bss
  bl    make_identity_map
  bl    enable_mmu
  mov   x0, x19
  mov   x1, x20
  b     boot_main

// Adds the load address to every word of the image that holds a link address. The image is linked
// at 0, and the linker leaves only R_AARCH64_RELATIVE entries: { offset, type, addend }.
relocate:
  adrp  x0, image_start
  adrp  x1, relocations_begin
  add   x1, x1, :lo12:relocations_begin
  adrp  x2, relocations_end
  add   x2, x2, :lo12:relocations_end
1:
  cmp   x1, x2
  b.hs  2f
  ldr   x3, [x1]
  ldr   x4, [x1, #16]
  add   x4, x4, x0
  str   x4, [x0, x3]
  add   x1, x1, #24
  b     1b
2:
  ret

clear_bss:
  adrp  x0, bss_begin
  adrp  x1, bss_end               // both are page boundaries
1:
  stp   xzr, xzr, [x0]
  stp   xzr, xzr, [x0, #16]
  stp   xzr, xzr, [x0, #32]
  stp   xzr, xzr, [x0, #48]
  add   x0, x0, #64
  cmp   x0, x1
  b.lo  1b
  ret

// x0 = the root table of the identity map. Writes no memory, so nothing escapes the invalidation.
enable_mmu:
  mrs   x1, ctr_el0
  ubfx  x1, x1, #16, #4           // log2 of the smallest data cache line, in words
  mov   x2, #4
  lsl   x2, x2, x1
  adrp  x3, data_begin
  adrp  x4, image_end             // both are page boundaries
1:
  dc    ivac, x3
  add   x3, x3, x2
  cmp   x3, x4
  b.lo  1b
  dsb   sy

  ldr   x1, =MAIR
  msr   mair_el1, x1
  ldr   x1, =TCR
  mrs   x2, id_aa64mmfr0_el1
  and   x3, x2, #0xf              // physical address bits; 52 would need other descriptors
  mov   x4, #TCR_IPS_48
  cmp   x3, x4
  csel  x3, x3, x4, lo
  orr   x1, x1, x3, lsl #TCR_IPS_SHIFT
  ubfx  x3, x2, #4, #4
  cmp   x3, #2                    // ASIDs of 16 bits
  mov   x4, #TCR_AS
  csel  x4, x4, xzr, eq
  orr   x1, x1, x4
  msr   tcr_el1, x1
  msr   ttbr0_el1, x0
  msr   ttbr1_el1, xzr            // not walked: TCR.EPD1
  isb
  tlbi  vmalle1
  ic    iallu
  dsb   nsh
  isb
  ldr   x1, =SCTLR_EL1_ON
  msr   sctlr_el1, x1
  isb
  ret

.globl enter_kernel
// enter_kernel(entry, info): as the kernel expects it, with x0 = BootInfo and FP trapped.
enter_kernel:
  msr   daifset, #0xf
  msr   cpacr_el1, xzr
  dsb   ish                       // its page tables were written last
  isb
  mov   x2, x0
  mov   x0, x1
  br    x2
