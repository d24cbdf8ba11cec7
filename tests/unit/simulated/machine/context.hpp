// SPDX-License-Identifier: MIT
// The registers of a thread: those of aarch64, so that tests say what user stubs say.
#pragma once

#include <kernel/arch/aarch64/machine/context.hpp>
