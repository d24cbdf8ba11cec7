// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

constexpr kit::Usage usage{.name = "cat",
                           .operands = "[FILE...]",
                           .sentence = "Writes what is in the files, one behind the other."};

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view file : kit::or_input(kit::start(usage, argc, argv)))
    kit::each_block(file, [](std::string_view bytes) {
      kit::out << bytes;
      // Whoever types sees what comes back at once.
      kit::out.flush();
    });
  return kit::finish();
}
