// SPDX-License-Identifier: MIT
// What the kernel over its simulated machine includes nearly everywhere: compiled once.
#pragma once

#include <abi/pch/common.hpp>
#include <sched/kernel.hpp>
#include <simulated/state.hpp>
