// SPDX-License-Identifier: MIT
// procmgr's log on its way to the terminal: line by line, as others write.
#pragma once

#include <abi/log_ring.hpp>
#include <servers/console/terminal.hpp>

namespace console {

class Log {
 public:
  constexpr Log() = default;
  explicit Log(abi::LogRing& ring) : ring_(&ring) {}

  // procmgr has stopped to print by itself: what it logs from now on is ours.
  void start();

  // As many lines as the terminal has room for. True: some have gone out.
  bool print(Terminal& terminal);

 private:
  // A line, or as much of one as fits in a write.
  u64 copy_line(std::span<char> into, u64 written) const;
  [[nodiscard]] u64 written() const;

  abi::LogRing* ring_ = nullptr;
  u64 position_ = 0;
};

}  // namespace console
