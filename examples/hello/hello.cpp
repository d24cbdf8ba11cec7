// SPDX-License-Identifier: MIT
// The smallest program that says something.
#include <libipc/process/output.hpp>

int main(int argc, char** argv) {
  ipc::print("hello, world\n");
  for (int i = 1; i < argc; ++i) ipc::print([&](auto& line) { line << "hello, " << argv[i]; });
  return 0;
}
