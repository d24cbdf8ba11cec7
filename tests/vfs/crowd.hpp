// SPDX-License-Identifier: MIT
// What the children of a crowd do.
#pragma once

#include <tests/vfs/kit.hpp>

namespace vfs_test {

// Reads from number 0. The status is how many bytes came.
int read_one_byte();
// Starts so many readers, and wakes them when it is told to.
int lead_readers(u64 count);
// Writes a pattern to number 1.
int pour(u64 bytes);

}  // namespace vfs_test
