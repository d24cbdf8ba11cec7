// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "basename",
                           .operands = "PATH [SUFFIX]",
                           .sentence = "Writes the last part of a path, without the suffix.",
                           .least = 1,
                           .most = 2};

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  std::string_view name = kit::base_name(operands[0]);
  const std::string_view suffix = operands.size() > 1 ? operands[1] : "";
  if (name != suffix && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  kit::out << name << '\n';
  return kit::finish();
}
