// SPDX-License-Identifier: MIT
// An address space with the page tables that it needs, made as they are needed.
#pragma once

#include <user/support/layout.hpp>
#include <user/support/memory.hpp>

namespace support {

inline constexpr abi::frame::MapFlags read_only{1};
inline constexpr abi::frame::MapFlags read_write{3};
inline constexpr abi::frame::MapFlags read_execute{5};

class AddressSpace {
 public:
  constexpr AddressSpace() = default;
  // `start`: where reserve() begins.
  constexpr AddressSpace(Memory& memory, ipc::Cap<ipc::VSpace> vspace,
                         u64 start = layout::dynamic_start)
      : memory_(&memory), vspace_(vspace), next_(start) {}

  // Addresses that nobody uses, with a page that stays unmapped below them.
  abi::Result<u64> reserve(u64 length, u64 alignment = base::page_size);

  // Maps `length` bytes from the start of `frame` at `address`. Tables that are missing are made,
  // and stay until the address space goes.
  abi::Status map(ipc::Cap<ipc::Frame> frame, u64 address, u64 length, abi::frame::MapFlags flags);

  // Makes a page of memory and maps it.
  abi::Result<ipc::Owned<ipc::Frame>> map_new(u64 address, u64 size_bits,
                                              abi::frame::MapFlags flags);

  // Makes the tables that pages at `address` need.
  abi::Status prepare(u64 address);

  [[nodiscard]] ipc::Cap<ipc::VSpace> vspace() const { return vspace_; }
  [[nodiscard]] Memory& memory() { return *memory_; }

 private:
  abi::Status add_table(u64 address);

  Memory* memory_ = nullptr;
  ipc::Cap<ipc::VSpace> vspace_;
  u64 next_ = layout::dynamic_start;
};

}  // namespace support
