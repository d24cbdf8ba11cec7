// SPDX-License-Identifier: MIT
// All FP and SIMD registers at once: the tests themselves are built for general registers only.
//
//   void load_fp(const u64 values[66]);     q0..q31, then FPSR and FPCR
//   void store_fp(u64 values[66]);

  .arch_extension fp
  .arch_extension simd

.macro all_registers operation
  \operation q0, q1, [x0, #0]
  \operation q2, q3, [x0, #32]
  \operation q4, q5, [x0, #64]
  \operation q6, q7, [x0, #96]
  \operation q8, q9, [x0, #128]
  \operation q10, q11, [x0, #160]
  \operation q12, q13, [x0, #192]
  \operation q14, q15, [x0, #224]
  \operation q16, q17, [x0, #256]
  \operation q18, q19, [x0, #288]
  \operation q20, q21, [x0, #320]
  \operation q22, q23, [x0, #352]
  \operation q24, q25, [x0, #384]
  \operation q26, q27, [x0, #416]
  \operation q28, q29, [x0, #448]
  \operation q30, q31, [x0, #480]
.endm

  .section .text.load_fp, "ax", %progbits
  .global load_fp
  .type load_fp, %function
load_fp:
  all_registers ldp
  add x0, x0, #512
  ldp x1, x2, [x0]
  msr fpsr, x1
  msr fpcr, x2
  ret
  .size load_fp, . - load_fp

  .section .text.store_fp, "ax", %progbits
  .global store_fp
  .type store_fp, %function
store_fp:
  all_registers stp
  mrs x1, fpsr
  mrs x2, fpcr
  add x0, x0, #512
  stp x1, x2, [x0]
  ret
  .size store_fp, . - store_fp

  .section .note.GNU-stack, "", %progbits
