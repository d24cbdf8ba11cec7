// SPDX-License-Identifier: MIT
#include <atomic>
#include <base/text.hpp>
#include <servers/console/log.hpp>

namespace console {

namespace {

constexpr u64 capacity = abi::LogRing::capacity;
constexpr u64 longest_line = 256;

}  // namespace

void Log::start() {
  if (ring_ != nullptr) position_ = std::atomic_ref{ring_->printed}.load();
}

u64 Log::written() const { return std::atomic_ref{ring_->written}.load(std::memory_order_acquire); }

u64 Log::copy_line(std::span<char> into, u64 written) const {
  u64 length = 0;
  while (length < into.size() && position_ + length != written) {
    const char c = ring_->text[(position_ + length) % capacity];
    into[length++] = c;
    if (c == '\n') break;
  }
  return length;
}

bool Log::print(Terminal& terminal) {
  if (ring_ == nullptr) return false;
  const u64 start = position_;
  while (position_ != written()) {
    char line[longest_line];
    if (written() - position_ > capacity) {
      base::Text<> lost;
      lost << "console: " << written() - position_ - capacity << " bytes of the log are lost\n";
      if (!terminal.has_room_for(lost.view())) break;
      terminal.say(lost.view());
      position_ = written() - capacity;
    }
    const u64 length = copy_line(line, written());
    // procmgr may have overtaken us in the middle of the copy.
    if (written() - position_ > capacity) continue;
    if (!terminal.has_room_for({line, length})) break;
    terminal.say({line, length});
    position_ += length;
  }
  std::atomic_ref{ring_->printed}.store(position_);
  return position_ != start;
}

}  // namespace console
