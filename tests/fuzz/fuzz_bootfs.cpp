// SPDX-License-Identifier: MIT
// Boot archives of any bytes as a tree.
#include <tests/fuzz/bootfs_world.hpp>

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  bootfs::run({data, size});
  return 0;
}
