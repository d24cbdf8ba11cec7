// SPDX-License-Identifier: MIT
// A virtio device behind memory-mapped registers (Virtio 1.1, 4.2), version 2. One interrupt for
// everything.
#pragma once

#include <abi/error.hpp>
#include <base/units.hpp>

namespace console::virtio {

using base::u16;
using base::u32;
using base::u64;

namespace status {
inline constexpr u32 acknowledge = 1;
inline constexpr u32 driver = 2;
inline constexpr u32 driver_ok = 4;
inline constexpr u32 features_ok = 8;
inline constexpr u32 failed = 128;
}  // namespace status

// Where the device finds the parts of a queue.
struct QueueAddresses {
  u64 descriptors;
  u64 available;
  u64 used;
};

class Registers {
 public:
  constexpr Registers() = default;
  explicit Registers(u64 base) : base_(base) {}

  // Whether a device of this kind is there.
  [[nodiscard]] bool is_device(u32 id) const;

  // Reset, then all up to FEATURES_OK. It is `not_supported` if the device does not have all of
  // `features`; others are not taken.
  [[nodiscard]] abi::Status negotiate(u64 features) const;
  // Error: not_supported (no such queue, or one that is too short).
  [[nodiscard]] abi::Status set_queue(u32 number, u16 size, const QueueAddresses& at) const;
  void start() const { add_status(status::driver_ok); }
  void stop() const;

  void notify(u32 queue) const;
  // What the interrupt was for is done with.
  void acknowledge_interrupt() const;
  [[nodiscard]] u32 configuration(u64 offset) const;

 private:
  [[nodiscard]] volatile u32& at(u64 offset) const {
    return *reinterpret_cast<volatile u32*>(base_ + offset);
  }
  void add_status(u32 bits) const;
  void set_address(u64 offset, u64 address) const;

  u64 base_ = 0;
};

}  // namespace console::virtio
