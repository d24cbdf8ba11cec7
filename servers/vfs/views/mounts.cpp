// SPDX-License-Identifier: MIT
#include <servers/vfs/devices/devices.hpp>
#include <servers/vfs/views/mounts.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

using abi::files::MountKind;

bool mount_at(u64 i, Mount& mount) {
  switch (i) {
    case 0: mount = {MountKind::archive, server.kept_entries, server.archive_bytes, "/"}; break;
    case 1:
      mount = {MountKind::memory, server.tree.nodes(), chunks_in_use() * chunk_bytes, "/"};
      break;
    case 2: mount = {MountKind::devices, device_count(), 0, device_folder}; break;
    case 3: mount = {MountKind::views, view_count(), 0, view_folder}; break;
    default: return false;
  }
  return true;
}

}  // namespace vfs
