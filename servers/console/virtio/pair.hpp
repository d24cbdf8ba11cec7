// SPDX-License-Identifier: MIT
// Two queues with their buffers: bytes come in through one and go out through the other.
#pragma once

#include <servers/console/virtio/queue.hpp>
#include <servers/console/virtio/registers.hpp>
#include <span>

namespace console::virtio {

using base::u8;

// Seven pages that the device can reach.
struct PairMemory {
  static constexpr u32 in_bytes = 512;
  static constexpr u32 out_bytes = 1024;

  alignas(base::page_size / 2) QueueMemory in_queue;
  alignas(base::page_size / 2) QueueMemory out_queue;
  alignas(base::page_size) u8 in[queue_size][in_bytes];
  u8 out[queue_size][out_bytes];
};
static_assert(sizeof(PairMemory) == 7 * base::page_size);

class Pair {
 public:
  constexpr Pair() = default;
  // `distance`: from our addresses to the device's. The device has not got the memory yet.
  Pair(PairMemory& memory, u64 distance, u32 in_number);

  abi::Status set_up(const Registers& registers) const;
  // Gives all buffers for what comes in to the device, which has been started.
  void fill(const Registers& registers);

  // What has come and was not consumed, in pieces.
  [[nodiscard]] std::span<const u8> input();
  void consume(u64 bytes, const Registers& registers);

  // Takes what it has room for; how much that was.
  u64 send(std::span<const u8> bytes, const Registers& registers);
  [[nodiscard]] bool has_room() const { return out_.find_free().has_value(); }
  // Of what was sent, what the device has not taken.
  u64 in_flight();

  [[nodiscard]] bool is_broken() const { return in_.is_broken() || out_.is_broken(); }

 private:
  [[nodiscard]] u64 for_device(const void* pointer) const {
    return reinterpret_cast<u64>(pointer) + distance_;
  }
  [[nodiscard]] QueueAddresses addresses_of(const QueueMemory& queue) const;
  void post_input(u16 buffer);
  void reap();

  PairMemory* memory_ = nullptr;
  u64 distance_ = 0;
  u32 in_number_ = 0;
  Queue in_;
  Queue out_;
  std::optional<Completion> current_;  // what input() is from
  u64 consumed_ = 0;                   // of that
};

}  // namespace console::virtio
