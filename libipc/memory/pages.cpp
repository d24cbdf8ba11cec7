// SPDX-License-Identifier: MIT
#include <libipc/memory/pages.hpp>
#include <libipc/process/memory.hpp>

namespace ipc {

std::span<std::byte> take_pages(abi::u64 bytes) {
  const auto region = map_new(bytes, {.flags = abi::procmgr::map_flag::populate});
  return region.ok() ? *region : Region{};
}

void give_pages(std::span<std::byte> pages) { static_cast<void>(unmap(pages)); }

}  // namespace ipc
