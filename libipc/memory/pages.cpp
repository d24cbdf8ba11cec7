// SPDX-License-Identifier: MIT
#include <libipc/memory/pages.hpp>
#include <libipc/process/memory.hpp>

namespace ipc {
namespace {

// `populate` alone shows what pages there are, and leaves the rest to faults, which end whoever has
// no page left. So the object is committed: all of its pages are there and paid for, or none.
abi::Result<Region> map_committed(u64 bytes) {
  const auto object = TRY(MemoryObject::create(bytes, abi::procmgr::memory_flag::commit));
  return TRY(object.map(bytes, {.flags = abi::procmgr::map_flag::populate}));
}

}  // namespace

std::span<std::byte> take_pages(abi::u64 bytes) {
  const auto region = map_committed(bytes);
  return region.ok() ? *region : Region{};
}

void give_pages(std::span<std::byte> pages) { static_cast<void>(unmap(pages)); }

}  // namespace ipc
