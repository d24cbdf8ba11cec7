// SPDX-License-Identifier: MIT
// The end of the machine as the kernel sees it; in state.cpp it is an exception.
#pragma once

#include <kernel/arch/aarch64/machine/power.hpp>
