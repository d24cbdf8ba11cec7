// SPDX-License-Identifier: MIT
#include <atomic>
#include <bit>
#include <servers/console/virtio/queue.hpp>

namespace console::virtio {

namespace {

constexpr u16 device_writes = 2;  // of a descriptor's flags
constexpr u16 no_notice = 1;      // of the used ring's
constexpr u16 no_interrupt = 1;   // of the available ring's

static_assert(queue_size <= 32, "a bit of a word for each buffer");

// The device reads and writes while we do, so each field is read or written once, as a whole.
template <class T>
T load(T& field, std::memory_order order = std::memory_order_relaxed) {
  return std::atomic_ref<T>{field}.load(order);
}
template <class T>
void store(T& field, T value, std::memory_order order = std::memory_order_relaxed) {
  std::atomic_ref<T>{field}.store(value, order);
}

}  // namespace

void Queue::post(u16 buffer, u64 address, u32 length, Writer writer) {
  Descriptor& descriptor = memory_->descriptors[buffer];
  store(descriptor.address, address);
  store(descriptor.length, length);
  store(descriptor.flags, writer == Writer::device ? device_writes : u16{0});
  store(memory_->available.ring[posted_ % queue_size], buffer);
  lengths_[buffer] = length;
  with_device_ |= u32{1} << buffer;
  in_flight_ += length;
  ++posted_;
  // Whoever sees the index must see what it stands for.
  store(memory_->available.index, posted_, std::memory_order_release);
}

std::optional<Completion> Queue::take() {
  if (memory_ == nullptr || is_broken_) return std::nullopt;
  // Pairs with the device's release: what the entry says, and what the buffer holds, is there.
  const u16 index = load(memory_->used.index, std::memory_order_acquire);
  const u16 there = static_cast<u16>(index - taken_);
  if (there == 0) return std::nullopt;
  auto& entry = memory_->used.ring[taken_ % queue_size];
  const u32 number = load(entry.number);
  const u32 length = load(entry.length);
  // More answers than questions, a buffer that does not exist, or one that the device has not got.
  if (there > queue_size || number >= queue_size || (with_device_ >> number & 1) == 0) {
    is_broken_ = true;
    return std::nullopt;
  }
  ++taken_;
  with_device_ &= ~(u32{1} << number);
  in_flight_ -= lengths_[number];
  // Devices that write nothing sometimes say that they did; nobody reads beyond a buffer's end.
  return Completion{static_cast<u16>(number),
                    length < lengths_[number] ? length : lengths_[number]};
}

std::optional<u16> Queue::find_free() const {
  const auto first = static_cast<u16>(std::countr_one(with_device_));
  if (memory_ == nullptr || is_broken_ || first >= queue_size) return std::nullopt;
  return first;
}

void Queue::ask_for_interrupts(bool wanted) {
  store(memory_->available.flags, wanted ? u16{0} : no_interrupt);
  // Whoever asks looks once more afterwards.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

bool Queue::wants_notice() const {
  // Our index must be out before we look: the device looks at it again after it has asked.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return (load(memory_->used.flags) & no_notice) == 0;
}

}  // namespace console::virtio
