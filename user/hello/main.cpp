// SPDX-License-Identifier: MIT
// Shows what a process was started with, and ends with the number in its first argument.
#include <libipc/process/output.hpp>

namespace {

void show(std::string_view what, char** strings) {
  for (base::u64 i = 0; strings[i] != nullptr; ++i)
    ipc::print([&](auto& line) { line << what << ' ' << i << ": " << strings[i]; });
}

int number(std::string_view text) {
  int value = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && value < 1000) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  show("argument", argv);
  show("environment", environment);
  return argc > 1 ? number(argv[1]) : 0;
}
