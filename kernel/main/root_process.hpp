// SPDX-License-Identifier: MIT
// The first process, the only one that the kernel makes: boot/ has loaded it, and it gets a
// capability to everything that there is.
#pragma once

#include <abi/bootinfo.hpp>

namespace kernel {

void make_root_process(abi::BootInfo& boot_info);

}  // namespace kernel
