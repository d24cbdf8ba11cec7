// SPDX-License-Identifier: MIT
// The default first process: shows that the system is alive, and sends a first message between two
// address spaces.
//
//   (no argument)   the above        echo WORD...  prints the words
//   exit N          returns N        fault         reads from address 0
//   spin            never ends
#include <span>
#include <user/root/second_process.hpp>
#include <user/support/environment.hpp>

namespace {

using support::print;
using support::u64;

constexpr std::string_view version = "0.1";

void describe_machine() {
  const abi::BootInfo& info = *support::environment().boot_info;
  u64 total = 0;
  for (const abi::MemoryRange& range : info.memory) total += range.size;
  print([&](auto& line) { line << "aril " << version << ": the first process is alive"; });
  print([&](auto& line) {
    line << "memory: " << total / base::kib << " KiB total, "
         << support::environment().memory.free_bytes() / base::kib << " KiB free";
  });
  print([&](auto& line) { line << "cpus: " << info.cpus.count; });
  print([&](auto& line) {
    line << "interrupt controller: GICv" << static_cast<u64>(info.machine.interrupt_controller);
  });
  print([&](auto& line) { line << "archive: " << info.archive.size << " bytes"; });
  print([&](auto& line) { line << "devices: " << info.devices.count; });
}

// Word by word, because together they may be longer than a line's buffer.
void print_words(std::string_view start, std::span<char* const> words) {
  const ipc::Serial& serial = support::environment().serial;
  serial.write(start);
  for (u64 i = 0; i < words.size(); ++i) {
    if (i != 0) serial.write(" ");
    serial.write(words[i]);
  }
  serial.write("\n");
}

int number(std::string_view text) {
  int value = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && value < 1000) value = value * 10 + (c - '0');
  return value;
}

[[noreturn]] void spin() {
  for (;;) asm volatile("");
}

// The compiler must not know that nothing can be there.
u64 read_from(u64 address) {
  asm volatile("" : "+r"(address));
  return *reinterpret_cast<volatile u64*>(address);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "exit") return argc > 2 ? number(argv[2]) : 0;
  if (command == "spin") spin();
  if (command == "fault") return static_cast<int>(read_from(0));
  if (command == "echo") {
    print_words("", {argv + 2, argv + argc});
    return 0;
  }
  describe_machine();
  print_words("arguments: ", {argv, argv + argc});
  const abi::Status talked = talk_to_second_process();
  if (talked.ok()) return 0;
  print([&](auto& line) { line << "second process: " << abi::sentence(talked.error()); });
  return 1;
}
