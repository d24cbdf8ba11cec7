// SPDX-License-Identifier: MIT
// Our own mistakes. Nothing that user space does may ever lead here.
#pragma once

namespace kernel {

// Prints the name of the mistake and what the machine shows, and ends the machine.
[[noreturn]] void panic(const char* mistake);

inline void require(bool holds, const char* mistake) {
  if (!holds) [[unlikely]]
    panic(mistake);
}

}  // namespace kernel
