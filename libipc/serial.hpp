// SPDX-License-Identifier: MIT
// A writer for the PL011 serial port, for programs that hold its device memory.
#pragma once

#include <abi/types.hpp>
#include <string_view>

namespace ipc {

using abi::u32;
using abi::u64;

class Serial {
 public:
  constexpr Serial() = default;
  // `registers`: where the device's page is mapped. Boot has set speed and format.
  explicit Serial(u64 registers) : registers_(registers) {}

  // Returns when the last character is in the device's queue. Without a device it does nothing.
  void write(std::string_view text) const;

  // For whoever wants more of the device than to write; 0: there is none.
  [[nodiscard]] u64 registers() const { return registers_; }

 private:
  void put(char c) const;

  u64 registers_ = 0;
};

}  // namespace ipc
