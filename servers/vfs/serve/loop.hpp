// SPDX-License-Identifier: MIT
// Requests one after the other; between them, a step of what is left to be done.
#pragma once

#include <abi/error.hpp>

namespace vfs {

// Returns when receiving fails: nobody wants this server any more.
abi::Error serve();

}  // namespace vfs
