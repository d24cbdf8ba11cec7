// SPDX-License-Identifier: MIT
// A split virtqueue, the driver's side (Virtio 1.1, 2.6): buffers of fixed places, each one
// descriptor long. What the device writes is believed only after a look: an answer that cannot be
// right breaks the queue, which then stays still.
//
//   free --post()--> with the device --take()--> free
#pragma once

#include <base/units.hpp>
#include <optional>

namespace console::virtio {

using base::u16;
using base::u32;
using base::u64;

inline constexpr u16 queue_size = 16;

struct Descriptor {
  u64 address;
  u32 length;
  u16 flags;
  u16 next;
};

struct Available {
  u16 flags;
  u16 index;
  u16 ring[queue_size];
  u16 used_event;
};

struct Used {
  u16 flags;
  u16 index;
  struct {
    u32 number;
    u32 length;
  } ring[queue_size];
  u16 available_event;
};

// Shared with the device.
struct QueueMemory {
  alignas(16) Descriptor descriptors[queue_size];
  Available available;
  alignas(4) Used used;
};

// Who writes the buffer.
enum class Writer { driver, device };

struct Completion {
  u16 buffer;
  u32 length;  // written by the device, at most what the buffer has
};

class Queue {
 public:
  constexpr Queue() = default;
  explicit Queue(QueueMemory& memory) : memory_(&memory) {}

  // The buffer, which is free, goes to the device; `address` is what the device knows it by.
  void post(u16 buffer, u64 address, u32 length, Writer writer);
  // One that has come back; nothing: there is none.
  std::optional<Completion> take();

  // A buffer that is with us; nothing: all are with the device.
  [[nodiscard]] std::optional<u16> find_free() const;
  // The bytes of the buffers that are with the device.
  [[nodiscard]] u64 in_flight() const { return in_flight_; }
  // Whether the device shall interrupt for each buffer that comes back.
  void ask_for_interrupts(bool wanted);
  // Whether the device wants to be told of what was posted.
  [[nodiscard]] bool wants_notice() const;
  // The device has written what cannot be.
  [[nodiscard]] bool is_broken() const { return is_broken_; }

 private:
  QueueMemory* memory_ = nullptr;
  u32 lengths_[queue_size] = {};
  u32 with_device_ = 0;  // a bit for each buffer
  u64 in_flight_ = 0;
  u16 posted_ = 0;
  u16 taken_ = 0;
  bool is_broken_ = false;
};

}  // namespace console::virtio
