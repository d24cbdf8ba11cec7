// SPDX-License-Identifier: MIT
// Writes its words. Nothing in them is special, and only "-n" in front of them is an option.
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "echo",
                           .operands = "[-n] [WORD...]",
                           .sentence = "Writes the words; with -n, without a newline behind them.",
                           .takes_anything = true};

}  // namespace

int main(int argc, char** argv) {
  auto words = kit::start(usage, argc, argv);
  const bool has_newline = words.empty() || std::string_view{words.front()} != "-n";
  if (!has_newline) words = words.subspan(1);
  for (base::u64 i = 0; i < words.size(); ++i) kit::out << (i == 0 ? "" : " ") << words[i];
  if (has_newline) kit::out << '\n';
  return kit::finish();
}
