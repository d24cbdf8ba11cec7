// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::u64;

constinit bool starts_empty = false;
constinit kit::Values left_out;
constexpr kit::Option options[] = {{'i', starts_empty, "nothing but these"},
                                   {'u', left_out, "NAME", "without this variable"}};
constexpr kit::Usage usage{.name = "env",
                           .operands = "[NAME=VALUE...] [COMMAND [WORD...]]",
                           .sentence = "Shows the environment, or runs a command in another one.",
                           .options = options,
                           .has_command = true};

constinit std::string_view variables[kit::most_variables];
constinit u64 count = 0;
constinit std::string_view words[abi::argument_block::max_entries];

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

void leave_out(std::string_view name) {
  u64 kept = 0;
  for (u64 i = 0; i < count; ++i)
    if (name_of(variables[i]) != name) variables[kept++] = variables[i];
  count = kept;
}

// In the place of one of the same name, or behind the others.
void set(std::string_view variable) {
  for (u64 i = 0; i < count; ++i)
    if (name_of(variables[i]) == name_of(variable))
      return static_cast<void>(variables[i] = variable);
  if (count == kit::most_variables) kit::give_up(variable, "these are too many variables");
  variables[count++] = variable;
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  auto operands = kit::start(usage, argc, argv);
  if (!starts_empty) count = kit::strings_of(environment, variables).size();
  for (const std::string_view name : left_out.view()) leave_out(name);
  for (; !operands.empty(); operands = operands.subspan(1)) {
    const std::string_view word = operands.front();
    if (word.find('=') == word.npos) break;
    set(word);
  }
  const ipc::Strings result{variables, count};
  if (!operands.empty()) return kit::run_command({kit::strings_of(operands, words), result});
  for (const std::string_view variable : result) kit::out << variable << '\n';
  return kit::finish();
}
