// SPDX-License-Identifier: MIT
// The files of the boot archive as memory objects: their pages are the archive's own, shown where
// they lie. (A file that does not begin at a page is copied.)
#pragma once

#include <servers/procmgr/memory/memory_object.hpp>
#include <string_view>

namespace procmgr {

struct Modules {
  std::span<const u8> archive;  // in the window
  Handle* handles = nullptr;

  struct Known {
    const u8* data = nullptr;
    MemoryObject* object = nullptr;
  };
  static constexpr u64 max_known = 64;
  Known known[max_known] = {};    // opened before; they stay
  MemoryObject* whole = nullptr;  // the archive itself, once somebody was given it
};

// Where a file of the archive lies. Error: not_found.
abi::Result<std::span<const u8>> find_module(std::string_view name);

// The file as a sealed memory object. Errors: not_found, no_memory, too_big.
abi::Result<MemoryObject*> open_module(std::string_view name);

// The archive itself, sealed. Errors: no_memory, not_supported (it does not begin at a page).
abi::Result<MemoryObject*> archive_object();

}  // namespace procmgr
