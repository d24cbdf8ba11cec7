// SPDX-License-Identifier: MIT
// Bytes on their way, first in, first out. The two counters only grow: they say how much has ever
// gone in and out, and their difference what is there.
#pragma once

#include <algorithm>
#include <base/units.hpp>
#include <cstring>
#include <span>
#include <string_view>

namespace console {

using base::u64;
using base::u8;

template <u64 capacity>
class ByteRing {
  static_assert((capacity & (capacity - 1)) == 0, "a counter wraps where the ring does");

 public:
  [[nodiscard]] u64 size() const { return put_ - taken_; }
  [[nodiscard]] u64 room() const { return capacity - size(); }
  [[nodiscard]] u64 total_put() const { return put_; }

  // False: there is no room for all of it, and nothing has changed.
  bool put(std::string_view text) {
    if (text.size() > room()) return false;
    const u64 at = put_ % capacity;
    const u64 before_the_end = std::min<u64>(text.size(), capacity - at);
    std::memcpy(bytes_ + at, text.data(), before_the_end);
    std::memcpy(bytes_, text.data() + before_the_end, text.size() - before_the_end);
    put_ += text.size();
    return true;
  }

  // The first bytes, as many as lie in a row; `drop` takes them out.
  [[nodiscard]] std::span<const u8> front() const {
    const u64 at = taken_ % capacity;
    return {bytes_ + at, std::min(size(), capacity - at)};
  }
  void drop(u64 count) { taken_ += count; }
  void clear() { taken_ = put_; }

 private:
  u8 bytes_[capacity];  // what was never put is never read
  u64 put_ = 0;
  u64 taken_ = 0;
};

// What goes out to a terminal: 16 KiB, of which the last part is for echoes alone.
using OutputRing = ByteRing<16 * base::kib>;

}  // namespace console
