// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool takes_several = false;
constinit std::string_view suffix;
constinit bool has_suffix = false;
constexpr kit::Option options[] = {
    {'a', takes_several, "of each word; none of them is a suffix"},
    kit::Option{'s', suffix, "SUFFIX", "without this one, of each word"}.also(has_suffix)};
constexpr kit::Usage usage{.name = "basename",
                           .operands = "PATH [SUFFIX]",
                           .sentence = "Writes the last part of a path, without the suffix.",
                           .options = options,
                           .least = 1};

void write(std::string_view path) {
  std::string_view name = kit::base_name(path);
  if (name != suffix && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  kit::out << name << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  auto operands = kit::start(usage, argc, argv);
  if (!takes_several && !has_suffix) {
    if (operands.size() > 2) kit::misused(operands[2], "this word is one too many");
    if (operands.size() == 2) suffix = operands[1];
    operands = operands.first(1);
  }
  for (const std::string_view path : operands) write(path);
  return kit::finish();
}
