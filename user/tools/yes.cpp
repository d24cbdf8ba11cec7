// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "yes",
                           .operands = "[WORD...]",
                           .sentence = "Writes the words, or y, as long as somebody reads them."};

}  // namespace

int main(int argc, char** argv) {
  const auto words = kit::start(usage, argc, argv);
  for (;;) {
    if (words.empty()) kit::out << 'y';
    for (base::u64 i = 0; i < words.size(); ++i) kit::out << (i == 0 ? "" : " ") << words[i];
    kit::out << '\n';
  }
}
