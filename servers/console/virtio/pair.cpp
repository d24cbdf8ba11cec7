// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/console/virtio/pair.hpp>

namespace console::virtio {

Pair::Pair(PairMemory& memory, u64 distance, u32 in_number)
    : memory_(&memory),
      distance_(distance),
      in_number_(in_number),
      in_(memory.in_queue),
      out_(memory.out_queue) {
  // An earlier life of this server may have left its own.
  memory.in_queue = {};
  memory.out_queue = {};
}

QueueAddresses Pair::addresses_of(const QueueMemory& queue) const {
  return {.descriptors = for_device(queue.descriptors),
          .available = for_device(&queue.available),
          .used = for_device(&queue.used)};
}

abi::Status Pair::set_up(const Registers& registers) const {
  TRY(registers.set_queue(in_number_, queue_size, addresses_of(memory_->in_queue)));
  return registers.set_queue(in_number_ + 1, queue_size, addresses_of(memory_->out_queue));
}

void Pair::post_input(u16 buffer) {
  in_.post(buffer, for_device(memory_->in[buffer]), PairMemory::in_bytes, Writer::device);
}

void Pair::fill(const Registers& registers) {
  for (u16 i = 0; i < queue_size; ++i) post_input(i);
  registers.notify(in_number_);
}

std::span<const u8> Pair::input() {
  if (!current_) {
    current_ = in_.take();
    consumed_ = 0;
  }
  if (!current_) return {};
  return std::span{memory_->in[current_->buffer]}.subspan(consumed_, current_->length - consumed_);
}

void Pair::consume(u64 bytes, const Registers& registers) {
  if (!current_) return;
  consumed_ += bytes;
  if (consumed_ < current_->length) return;
  post_input(current_->buffer);
  current_.reset();
  if (in_.wants_notice()) registers.notify(in_number_);
}

void Pair::reap() {
  // At most as many as there are buffers.
  while (out_.take()) {
  }
}

u64 Pair::send(std::span<const u8> bytes, const Registers& registers) {
  reap();
  u64 sent = 0;
  while (sent != bytes.size()) {
    const auto buffer = out_.find_free();
    if (!buffer) break;
    const auto piece = std::min<u64>(bytes.size() - sent, PairMemory::out_bytes);
    std::copy_n(bytes.data() + sent, piece, memory_->out[*buffer]);
    out_.post(*buffer, for_device(memory_->out[*buffer]), static_cast<u32>(piece), Writer::driver);
    sent += piece;
  }
  if (sent != 0 && out_.wants_notice()) registers.notify(in_number_ + 1);
  return sent;
}

// Interrupts are for those who wait. Most devices have taken everything by now.
u64 Pair::in_flight() {
  if (memory_ == nullptr) return 0;
  reap();
  out_.ask_for_interrupts(out_.in_flight() != 0);
  reap();
  return out_.in_flight();
}

}  // namespace console::virtio
