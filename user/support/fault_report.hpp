// SPDX-License-Identifier: MIT
// A crash in words.
#pragma once

#include <abi/fault.hpp>
#include <abi/object/thread.hpp>
#include <base/text.hpp>
#include <libipc/message.hpp>
#include <span>

namespace support {

using abi::u64;

// A fault message as its struct.
abi::FaultMessage fault_of(const ipc::Message& message);

// "page fault: write to 0x10 at pc 0x400123, not mapped".
void describe(base::TextWriter& out, abi::FaultKind kind, const abi::FaultMessage& fault);

// Memory that may be read as a stack: [bottom, top).
struct StackRange {
  u64 bottom = 0;
  u64 top = 0;
};

// Follows the frame records (saved x29, x30) from `frame_pointer` as long as they climb within the
// stack, and writes the return addresses to `out`. How many there were.
u64 backtrace(u64 frame_pointer, StackRange stack, std::span<u64> out);

// All registers, four to a line, through `print(std::string_view)`.
template <class Print>
void print_registers(const abi::thread::Registers& registers, Print&& print) {
  for (u64 first = 0; first < 31; first += 4) {
    base::Text<128> line;
    for (u64 i = first; i < first + 4 && i < 31; ++i)
      line << (i == first ? "" : "  ") << 'x' << i << (i < 10 ? "  " : " ")
           << base::Hex{registers.x[i], 16};
    print(line.view());
  }
  base::Text<128> line;
  line << "sp  " << base::Hex{registers.sp, 16} << "  pc  " << base::Hex{registers.pc, 16}
       << "  tls " << base::Hex{registers.tls, 16};
  print(line.view());
}

}  // namespace support
