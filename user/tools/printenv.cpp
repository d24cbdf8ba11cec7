// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "printenv",
                           .operands = "[NAME...]",
                           .sentence = "Writes the environment, or the values of variables."};

constinit std::string_view room[kit::most_variables];

}  // namespace

int main(int argc, char** argv, char** environment) {
  const auto names = kit::start(usage, argc, argv);
  const auto variables = kit::strings_of(environment, room);
  bool has_all = true;
  if (names.empty())
    for (const std::string_view variable : variables) kit::out << variable << '\n';
  for (const std::string_view name : names) {
    const auto value = kit::variable(variables, name);
    if (value) kit::out << *value << '\n';
    has_all = has_all && value;
  }
  return kit::finish(has_all ? 0 : 1);
}
