// SPDX-License-Identifier: MIT
// Values of system registers, for assembly and C++ alike. Field names are the Arm ARM's (D19.2).
#pragma once

// Bits that are one, or do nothing when they are one, on processors without the feature behind
// them: LSMAOE, nTLSMD, SPAN, EIS, TSCXT, EOS.
#define SCTLR_EL1_OFF 0x30d00800
// With MMU (M), data (C) and instruction cache (I), and stack alignment checks (SA, SA0).
#define SCTLR_EL1_ON (SCTLR_EL1_OFF | 1 << 12 | 1 << 4 | 1 << 3 | 1 << 2 | 1 << 0)

#define CPACR_FP_ALLOWED (3 << 20)

// Write-back memory, and Device-nGnRE: base/paging/aarch64.hpp, which is checked against it.
#define MAIR 0x04ff

// 39-bit halves, 4 KiB granules, write-back inner-shareable table walks.
#define TCR_T0SZ 25
#define TCR_WALKS_0 (1 << 8 | 1 << 10 | 3 << 12)
#define TCR_T1SZ (25 << 16)
#define TCR_EPD1 (1 << 23)
#define TCR_WALKS_1 (1 << 24 | 1 << 26 | 3 << 28)
#define TCR_TG1_4K (2 << 30)
#define TCR_IPS_SHIFT 32
#define TCR_IPS_48 5
#define TCR_AS (1 << 36)
// Without physical size and ASID size, which the processor decides, and with no upper half yet.
#define TCR (TCR_T0SZ | TCR_WALKS_0 | TCR_T1SZ | TCR_EPD1 | TCR_WALKS_1 | TCR_TG1_4K)
