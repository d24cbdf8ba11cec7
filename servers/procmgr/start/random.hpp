// SPDX-License-Identifier: MIT
// Numbers that differ from process to process. They come from the counter, so whoever knows when a
// process was started can guess them: they are no secret.
#pragma once

#include <abi/types.hpp>

namespace procmgr {

abi::u64 next_random();

}  // namespace procmgr
