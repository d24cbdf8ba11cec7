// SPDX-License-Identifier: MIT
// The roles of the program that the console's tests run.
#pragma once

#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>
#include <libipc/terminal/terminal.hpp>

namespace console_test {

using abi::Error;
using ipc::u32;
using ipc::u64;

// The terminal on the serial port, and the virtio port `aril.data`.
inline constexpr ipc::Cap<ipc::Endpoint> terminal_cap{abi::bundle_slot::input};
inline constexpr ipc::Cap<ipc::Endpoint> port_cap{abi::bundle_slot::first_grant};
inline constexpr ipc::Terminal terminal{terminal_cap};
inline constexpr ipc::Terminal port_terminal{port_cap};

// What the console of these tests does on top of its protocol: it crashes.
struct Crash {
  static constexpr u32 op = 0x20ff;
  static constexpr std::string_view name = "console.crash";
  struct Reply {};
};

// The same sum as on the host: FNV-1a.
class Checksum {
 public:
  void add(std::string_view text) {
    for (const char c : text) sum_ = (sum_ ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  }
  [[nodiscard]] u64 value() const { return sum_; }

 private:
  u64 sum_ = 0xcbf2'9ce4'8422'2325;
};

// Bytes that look like nothing, each after the other.
class Pattern {
 public:
  void fill(std::span<char> bytes) {
    for (char& c : bytes) {
      state_ = state_ * 6364136223846793005 + 1442695040888963407;
      c = static_cast<char>(state_ >> 56);
    }
  }

 private:
  u64 state_ = 1;
};

void pause(u64 milliseconds);
// This program in another role, with the same terminals.
ipc::SpawnResult<ipc::Process> start(std::string_view role, u64 number);

int copy(u64);           // what is typed comes back, until the end of the file
int count(u64);          // tells how much was typed, and its sum
int print(u64 bytes);    // of a pattern of printable characters
int lines(u64 number);   // 50 lines with the number in each
int writers(u64 count);  // that many children print lines at once
int interrupt(u64);      // Ctrl-C, watched for and in the middle of a read
int readers(u64 count);  // that many children read and are killed; then it reads itself
int wait(u64 expected);  // reads, and ends with the error
int errors(u64);         // requests that make no sense
int window(u64);         // asks for the window's size, twice
int window_later(u64);   // asks for it, reads a line, and tells both
int port(u64 bytes);     // takes so many bytes from the port, then sends as many
int survive(u64);        // makes the console crash, and goes on
int type_ahead(u64);     // typed in one mode, read in another
int hang_up(u64);        // the other end of the port goes and comes

}  // namespace console_test
