// SPDX-License-Identifier: MIT
// Copying in bulk. Vector registers move twice as many bytes per instruction as general ones, so
// eight are borrowed: whichever thread's values the FP unit holds are there again afterwards.
// Nothing interrupts the kernel in between.

.section .text.copy, "ax"
.arch_extension fp
.arch_extension simd

.set fp_for_all, 3 << 20      // CPACR_EL1.FPEN

// x0: to, x1: from, x2: bytes, a multiple of 256 and not 0. Neither address need be aligned.
.globl copy_blocks
copy_blocks:
    mrs x3, cpacr_el1
    orr x4, x3, #fp_for_all
    msr cpacr_el1, x4
    isb
    stp q0, q1, [sp, #-128]!
    stp q2, q3, [sp, #32]
    stp q4, q5, [sp, #64]
    stp q6, q7, [sp, #96]
1:
.rept 2
    ldp q0, q1, [x1], #32
    ldp q2, q3, [x1], #32
    ldp q4, q5, [x1], #32
    ldp q6, q7, [x1], #32
    stp q0, q1, [x0], #32
    stp q2, q3, [x0], #32
    stp q4, q5, [x0], #32
    stp q6, q7, [x0], #32
.endr
    subs x2, x2, #256
    b.ne 1b
    ldp q2, q3, [sp, #32]
    ldp q4, q5, [sp, #64]
    ldp q6, q7, [sp, #96]
    ldp q0, q1, [sp], #128
    msr cpacr_el1, x3
    isb
    ret
