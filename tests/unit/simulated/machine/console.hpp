// SPDX-License-Identifier: MIT
// The serial port as the kernel sees it; state.cpp collects what is written.
#pragma once

#include <kernel/arch/aarch64/machine/console.hpp>
