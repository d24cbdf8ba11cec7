// SPDX-License-Identifier: MIT
// The one place that names the architecture: system call stubs, thread pointer, counter,
// relocations.
#pragma once

#include <libipc/arch/aarch64/relocation.hpp>
#include <libipc/arch/aarch64/trap.hpp>
