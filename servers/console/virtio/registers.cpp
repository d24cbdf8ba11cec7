// SPDX-License-Identifier: MIT
#include <atomic>
#include <servers/console/virtio/registers.hpp>

namespace console::virtio {

namespace {

// Virtio 1.1, table 4.1.
constexpr u64 magic = 0x00;
constexpr u64 version = 0x04;
constexpr u64 device_id = 0x08;
constexpr u64 device_features = 0x10;
constexpr u64 device_features_select = 0x14;
constexpr u64 driver_features = 0x20;
constexpr u64 driver_features_select = 0x24;
constexpr u64 queue_select = 0x30;
constexpr u64 queue_size_max = 0x34;
constexpr u64 queue_size = 0x38;
constexpr u64 queue_ready = 0x44;
constexpr u64 queue_notify = 0x50;
constexpr u64 interrupt_status = 0x60;
constexpr u64 interrupt_acknowledge = 0x64;
constexpr u64 device_status = 0x70;
constexpr u64 queue_descriptors = 0x80;
constexpr u64 queue_available = 0x90;
constexpr u64 queue_used = 0xa0;
constexpr u64 configuration_space = 0x100;

constexpr u32 magic_value = 0x7472'6976;  // "virt"
constexpr u32 modern = 2;

}  // namespace

bool Registers::is_device(u32 id) const {
  return base_ != 0 && at(magic) == magic_value && at(version) == modern && at(device_id) == id;
}

void Registers::add_status(u32 bits) const { at(device_status) = at(device_status) | bits; }

void Registers::stop() const { at(device_status) = 0; }

abi::Status Registers::negotiate(u64 features) const {
  stop();
  add_status(status::acknowledge);
  add_status(status::driver);
  for (u32 half = 0; half < 2; ++half) {
    const u32 wanted = static_cast<u32>(features >> 32 * half);
    at(device_features_select) = half;
    if ((at(device_features) & wanted) != wanted) return abi::Error::not_supported;
    at(driver_features_select) = half;
    at(driver_features) = wanted;
  }
  add_status(status::features_ok);
  if ((at(device_status) & status::features_ok) == 0) return abi::Error::not_supported;
  return {};
}

void Registers::set_address(u64 offset, u64 address) const {
  at(offset) = static_cast<u32>(address);
  at(offset + 4) = static_cast<u32>(address >> 32);
}

abi::Status Registers::set_queue(u32 number, u16 size, const QueueAddresses& addresses) const {
  at(queue_select) = number;
  if (at(queue_size_max) < size) return abi::Error::not_supported;
  at(queue_size) = size;
  set_address(queue_descriptors, addresses.descriptors);
  set_address(queue_available, addresses.available);
  set_address(queue_used, addresses.used);
  at(queue_ready) = 1;
  return {};
}

// What was written to memory before must be there before the device looks.
void Registers::notify(u32 queue) const {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  at(queue_notify) = queue;
}

void Registers::acknowledge_interrupt() const { at(interrupt_acknowledge) = at(interrupt_status); }

u32 Registers::configuration(u64 offset) const { return at(configuration_space + offset); }

}  // namespace console::virtio
