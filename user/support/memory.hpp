// SPDX-License-Identifier: MIT
// Kernel objects out of Untyped memory, for programs that hold some.
#pragma once

#include <abi/bootinfo.hpp>
#include <libipc/invoke.hpp>
#include <libipc/owned.hpp>
#include <span>

namespace support {

using abi::u64;

class Memory {
 public:
  constexpr Memory() = default;

  // Takes from the `grants` that are no device's, in their order. Both outlive this.
  constexpr Memory(ipc::SlotAllocator& slots, std::span<const abi::Grant> grants)
      : slots_(&slots), grants_(grants) {}

  // `count` objects in as many slots in a row, which are the caller's to give back. `size_bits` as
  // untyped::Retype has it. Errors: no_memory, no_space.
  abi::Result<abi::CapPtr> retype(abi::ObjectType type, u64 size_bits, u64 count = 1);

  template <ipc::Object T>
  abi::Result<ipc::Owned<T>> make(u64 size_bits = 0) {
    return ipc::Owned<T>{*slots_, TRY(retype(T::type, size_bits))};
  }

  // The page of device registers at `physical`, which no one has taken yet. Error: not_found.
  abi::Result<ipc::Owned<ipc::Frame>> make_device_page(u64 physical);

  // What is left in all grants that are memory.
  [[nodiscard]] u64 free_bytes() const;

  [[nodiscard]] ipc::SlotAllocator& slots() { return *slots_; }

 private:
  ipc::SlotAllocator* slots_ = nullptr;
  std::span<const abi::Grant> grants_;
};

}  // namespace support
