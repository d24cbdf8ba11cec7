// SPDX-License-Identifier: MIT
// libipc's side of processes, held against the real procmgr: a program that starts itself as a
// child in many ways. Its own name in the boot archive is its first argument. Each check is a line;
// the status is how many failed.
//
//   (nothing more)  the checks     count   ends with the number of its arguments and variables
//   spin            never ends     fault   reads from address 16     exit    ends with status 42
#include <libipc/process/output.hpp>
#include <tests/process/check.hpp>

namespace {

// Where nothing can be; the compiler must not know.
int read_from(abi::u64 address) {
  asm volatile("" : "+r"(address));
  return *reinterpret_cast<volatile int*>(address);
}

[[noreturn]] void spin() {
  for (;;) asm volatile("");
}

int count(char** strings) {
  int number = 0;
  while (strings[number] != nullptr) ++number;
  return number;
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "exit") return 42;
  if (command == "fault") return read_from(16);
  if (command == "spin") spin();
  if (command == "count") return argc + count(environment);

  process_test::Checks checks{argv[0]};
  process_test::check_spawn(checks);
  process_test::check_arguments(checks);
  process_test::check_memory(checks);
  process_test::check_slots(checks);
  return checks.failures();
}
