// SPDX-License-Identifier: MIT
#pragma once

#include <tests/vfs/kit.hpp>

namespace vfs_test {

// A child that has the file of the test as number 2, and pipes from and to its parent as 0 and 1.
int map_shared();

}  // namespace vfs_test
