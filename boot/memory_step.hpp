// SPDX-License-Identifier: MIT
// Second step: the kernel's half of the address space, through which all memory is reached from
// then on.
#pragma once

#include <boot/inform.hpp>
#include <boot/memory/kernel_space.hpp>
#include <boot/stage.hpp>

namespace boot {

struct UpperHalf {
  KernelSpace space;
  DeviceAddresses devices;
};

// Plans memory, maps it with the kernel's devices, and switches that on.
UpperHalf make_upper_half(const Occupied& occupied, Stage& stage);

// `count` zeroed pages for tables, taken from the pool through the window.
Range take_tables(u64 count, Stage& stage);

}  // namespace boot
