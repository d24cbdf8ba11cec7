// SPDX-License-Identifier: MIT
// without: a command that holds less than this shell does.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/run/execute.hpp>

namespace shell::builtin {
namespace {

constexpr struct {
  std::string_view name;
  u32 bit;
} names[] = {{"files", withheld::files},     {"input", withheld::input},
             {"output", withheld::output},   {"error", withheld::error},
             {"spawner", withheld::spawner}, {"modules", withheld::modules},
             {"inspect", withheld::inspect}};

u32 bit_of(std::string_view name) {
  for (const auto& one : names)
    if (one.name == name) return one.bit;
  return 0;
}

}  // namespace

int without(Shell& shell, Words words) {
  if (words.size() < 3) return wrong_use(shell, words);
  u32 bits = 0;
  for (std::string_view rest = words[1]; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const u32 bit = bit_of(name);
    if (bit == 0)
      return shell::fail(shell, words, name,
                         "is none of files, input, output, error, spawner, modules, inspect");
    bits |= bit;
  }
  const u32 before = std::exchange(shell.withholds, shell.withholds | bits);
  const int status = run_program(shell, words.subspan(2), {});
  shell.withholds = before;
  return status;
}

}  // namespace shell::builtin
