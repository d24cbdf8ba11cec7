// SPDX-License-Identifier: MIT
// Memory from procmgr: objects that can be shared, and regions of the own address space.
#pragma once

#include <libipc/process/self.hpp>
#include <span>

namespace ipc {

namespace memory_right = abi::procmgr::memory_right;

// How a region comes into the address space.
struct MapOptions {
  u64 address = 0;  // 0: procmgr chooses
  u64 offset = 0;   // in the object
  abi::Rights access = memory_right::read | memory_right::write;
  u64 flags = 0;  // abi::procmgr::map_flag
};

using Region = std::span<std::byte>;

// Shows `length` bytes of the memory object behind the handle. Stays until `unmap`.
abi::Result<Region> map(Cap<Endpoint> object, u64 length, const MapOptions& options = {});

// Zeroed memory of the process's own; it goes with the region.
abi::Result<Region> map_new(u64 length, const MapOptions& options = {});

// Whole pages; of what `map` and `map_new` gave, or of a part.
abi::Status unmap(Region region);
abi::Status protect(Region region, abi::Rights access);

// A memory object that this process has a handle for. Without the handle it lives on where it is
// mapped.
class MemoryObject {
 public:
  // `bytes` are rounded up to pages; `flags` are abi::procmgr::memory_flag.
  static abi::Result<MemoryObject> create(u64 bytes, u64 flags = 0);
  // A file of the boot archive, sealed, for reading and running. A leading '/' means nothing.
  static abi::Result<MemoryObject> open_module(std::string_view name,
                                               Cap<Endpoint> modules = Cap<Endpoint>{
                                                   abi::bundle_slot::modules});

  constexpr MemoryObject() = default;
  explicit MemoryObject(Owned<Endpoint> handle) : handle_(std::move(handle)) {}

  operator Cap<Endpoint>() const { return handle_.get(); }

  [[nodiscard]] abi::Status resize(u64 bytes) const;
  [[nodiscard]] abi::Status commit(u64 offset, u64 length) const;
  // Nobody can change it again. Error: busy, as long as somebody has it mapped for writing.
  [[nodiscard]] abi::Status seal() const;
  // A part of a sealed object, in whole pages.
  [[nodiscard]] abi::Result<MemoryObject> slice(u64 offset, u64 length) const;
  [[nodiscard]] abi::Result<abi::procmgr::InfoMemory::Reply> info() const;

  [[nodiscard]] abi::Result<Region> map(u64 length, const MapOptions& options = {}) const {
    return ipc::map(handle_, length, options);
  }

 private:
  Owned<Endpoint> handle_;
};

}  // namespace ipc
