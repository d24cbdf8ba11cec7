// SPDX-License-Identifier: MIT
// The same for unit tests of which many are the kernel's.
#pragma once

#include <tests/unit/pch/simulated.hpp>
#include <tests/unit/pch/unit.hpp>
