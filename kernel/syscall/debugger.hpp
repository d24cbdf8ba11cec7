// SPDX-License-Identifier: MIT
// What debuggers ask of a stopped thread, beside its registers (syscall/thread.cpp).
#pragma once

#include <syscall/invocation.hpp>

namespace kernel {

Answer<abi::thread::ReadFloatingPoint> perform(Invocation& invocation,
                                               const abi::thread::ReadFloatingPoint& request);
Answer<abi::thread::WriteFloatingPoint> perform(Invocation& invocation,
                                                const abi::thread::WriteFloatingPoint& request);
Answer<abi::thread::SetWatch> perform(Invocation& invocation, const abi::thread::SetWatch& request);

}  // namespace kernel
