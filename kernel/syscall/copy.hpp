// SPDX-License-Identifier: MIT
// VSpace.Copy: bytes from one address space into another.
#pragma once

#include <abi/object/memory.hpp>
#include <syscall/invocation.hpp>

namespace kernel {

Answer<abi::vspace::Copy> perform(Invocation& invocation, const abi::vspace::Copy& request);

}  // namespace kernel
