// SPDX-License-Identifier: MIT
// The PL011 (Arm DDI 0183), as far as writing a line needs it.
#pragma once

#include <base/units.hpp>
#include <string_view>

namespace boot {

class Serial {
 public:
  constexpr Serial() = default;
  // `registers`: where they are mapped. Switches the port on if the firmware has not.
  explicit Serial(base::u64 registers);

  [[nodiscard]] bool present() const { return registers_ != 0; }

  // Bytes as they are, with a carriage return before each line end. Waits for the port, but not for
  // ever: a port that is stuck must not keep the machine from starting, so it is given up.
  void write(std::string_view text);

  // Does this address lie among the registers?
  [[nodiscard]] bool covers(base::u64 address) const {
    return present() && address - registers_ < base::page_size;
  }

 private:
  void put(char c);
  [[nodiscard]] volatile base::u32& at(base::u64 offset) const {
    return *reinterpret_cast<volatile base::u32*>(registers_ + offset);
  }

  base::u64 registers_ = 0;
};

}  // namespace boot
