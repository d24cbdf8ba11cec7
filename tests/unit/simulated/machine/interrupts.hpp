// SPDX-License-Identifier: MIT
// The interrupt controller as the kernel sees it; state.cpp plays it.
#pragma once

#include <kernel/arch/aarch64/machine/interrupts.hpp>
