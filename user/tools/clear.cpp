// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "clear", .sentence = "Clears the terminal.", .most = 0};

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  // ECMA-48: to the first place; all of the page; and what has scrolled away (xterm).
  kit::out << "\33[H\33[2J\33[3J";
  return kit::finish();
}
