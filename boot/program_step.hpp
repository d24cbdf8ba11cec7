// SPDX-License-Identifier: MIT
// Third step: the kernel and the first process come out of the archive and into pages of their own.
#pragma once

#include <boot/decode/elf.hpp>
#include <boot/memory_step.hpp>

namespace boot {

inline constexpr std::string_view kernel_name = "kernel.elf";

struct Programs {
  Program kernel;
  Program root;
};

// Both, decoded and checked; nothing has been loaded yet.
Programs find_programs(Range archive, std::string_view root_name);

// Puts a program into fresh pages. The pieces point into `program`.
Pieces load(const Program& program, std::string_view name, Stage& stage);

// The same, and maps the pages where the kernel is linked.
Pieces load_kernel(const Program& kernel, KernelSpace& space, Stage& stage);

}  // namespace boot
