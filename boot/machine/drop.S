// SPDX-License-Identifier: MIT
// From EL2 (or EL3) down to EL1. Whatever EL2 could trap or add is switched off, so that EL1 has
// the machine for itself; what is UNKNOWN after reset is written even where zero is likely.
// x30 = where to go on at EL1; changes x0 and x1 only.

#include "registers.h"

#define HCR_RW (1 << 31)
#define HCR_HCD (1 << 29)
#define CPTR_NOTHING 0x33ff       // RES1 bits; FP (bit 10) not trapped
#define SPSR_EL1H_MASKED 0x3c5

// System registers that the assembler knows only with their architecture extension.
#define ICC_SRE_EL2 S3_4_C12_C9_5
#define ICH_HCR_EL2 S3_4_C12_C11_0
#define HFGRTR_EL2 S3_4_C1_C1_4
#define HFGWTR_EL2 S3_4_C1_C1_5
#define HFGITR_EL2 S3_4_C1_C1_6
#define HDFGRTR_EL2 S3_4_C3_C1_4
#define HDFGWTR_EL2 S3_4_C3_C1_5
#define HCRX_EL2 S3_4_C1_C2_2

.text
.globl drop_to_el1
drop_to_el1:
  // EL1 is 64-bit. HVC would go to a vector table that is not there: make it undefined instead.
  mov   x0, #HCR_RW | HCR_HCD
  msr   hcr_el2, x0
  isb
  ldr   x0, =SCTLR_EL1_OFF
  msr   sctlr_el1, x0

  mov   x0, #3                    // EL1PCTEN, EL1PCEN: physical counter and timer
  msr   cnthctl_el2, x0
  msr   cntvoff_el2, xzr

  mov   x0, #CPTR_NOTHING
  msr   cptr_el2, x0
  msr   hstr_el2, xzr
  msr   vttbr_el2, xzr
  mrs   x0, midr_el1
  msr   vpidr_el2, x0
  mrs   x0, mpidr_el1
  msr   vmpidr_el2, x0

  // Debug and performance counters are EL1's: HPMN = all counters, if there are any (PMUVer).
  mrs   x1, id_aa64dfr0_el1
  ubfx  x1, x1, #8, #4
  sub   x1, x1, #1                // 0: no PMU, 15: one that is not Arm's; both become >= 14
  mov   x0, xzr
  cmp   x1, #14
  b.hs  1f
  mrs   x0, pmcr_el0
  ubfx  x0, x0, #11, #5
1:
  msr   mdcr_el2, x0

  // GICv3: its registers are system registers, which EL1 may use.
  mrs   x0, id_aa64pfr0_el1
  ubfx  x0, x0, #24, #4
  cbz   x0, 2f
  mrs   x0, ICC_SRE_EL2
  orr   x0, x0, #1                // SRE
  orr   x0, x0, #8                // Enable
  msr   ICC_SRE_EL2, x0
  isb
  mrs   x0, ICC_SRE_EL2
  tbz   x0, #0, 2f                // it stayed 0: the machine's GIC is used through memory
  msr   ICH_HCR_EL2, xzr
2:
  // Fine-grained traps and HCRX, where they exist.
  mrs   x0, id_aa64mmfr0_el1
  ubfx  x0, x0, #56, #4
  cbz   x0, 3f
  msr   HFGRTR_EL2, xzr
  msr   HFGWTR_EL2, xzr
  msr   HFGITR_EL2, xzr
  msr   HDFGRTR_EL2, xzr
  msr   HDFGWTR_EL2, xzr
3:
  mrs   x0, id_aa64mmfr1_el1
  ubfx  x0, x0, #40, #4
  cbz   x0, 4f
  msr   HCRX_EL2, xzr
4:
  mov   x0, #SPSR_EL1H_MASKED
  msr   spsr_el2, x0
  msr   elr_el2, x30
  eret

// EL3 belongs to firmware, and without it there is no PSCI. Boot goes down to EL1 only to say so,
// with no more of EL2 set up than that takes. (EL2's registers ignore EL3 where there is no EL2.)
.globl drop_from_el3
drop_from_el3:
  mov   x0, #1 << 10 | 3 << 4 | 1 // RW, RES1 bits, NS
  msr   scr_el3, x0
  msr   cptr_el3, xzr
  mov   x0, #HCR_RW
  msr   hcr_el2, x0
  mov   x0, #CPTR_NOTHING
  msr   cptr_el2, x0
  ldr   x0, =SCTLR_EL1_OFF
  msr   sctlr_el1, x0
  mov   x0, #SPSR_EL1H_MASKED
  msr   spsr_el3, x0
  msr   elr_el3, x30
  eret
