// SPDX-License-Identifier: MIT
// What the tree is made of.
#pragma once

#include <servers/vfs/server.hpp>

namespace vfs {

struct Mount {
  abi::files::MountKind kind{};
  u64 entries = 0;
  u64 bytes = 0;
  std::string_view path;
};

// False: there are no more.
bool mount_at(u64 i, Mount& mount);

}  // namespace vfs
