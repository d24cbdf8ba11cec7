// SPDX-License-Identifier: MIT
// The boot archive as the tree's first contents. Nothing of a file is copied: it is read where it
// lies, until somebody changes it.
#pragma once

#include <base/cpio.hpp>
#include <servers/vfs/tree/tree.hpp>

namespace vfs {

struct OverlayReport {
  u64 kept = 0;
  u64 lost = 0;  // each of them was named in a warning
};

// Told of every entry that cannot be kept, and why.
struct OverlayWarning {
  void* context = nullptr;
  void (*tell)(void* context, std::string_view name, std::string_view why) = nullptr;
};

// All entries become files, directories and links below the view's root; folders that no entry
// makes are made. A later file takes the place of an earlier one. An archive that is damaged gives
// what stands before the damage. The archive stays where it is as long as the tree.
OverlayReport overlay_archive(Tree& tree, const View& view, std::span<const u8> archive,
                              const OverlayWarning& warning);

}  // namespace vfs
