// SPDX-License-Identifier: MIT
// Start-up of a first process (root program), from its entry point to `main`:
//
//   _start -> start_root -> before_main -> main -> Platform.power_off(main's result)
//
// A program that another process starts has a start-up of its own, in a file beside this one.
#pragma once

#include <abi/bootinfo.hpp>

namespace ipc::start {

// What the program's support library does before `main`: defined there, called here.
void before_main(const abi::BootInfo& boot_info);

const abi::BootInfo& boot_info();

// The counter at the program's first instruction.
base::u64 first_ticks();

// Ends the machine with `status & 255`.
[[noreturn]] void power_off(base::u64 status);

}  // namespace ipc::start
