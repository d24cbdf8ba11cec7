// SPDX-License-Identifier: MIT
// without and within: commands that hold less, or may use less, than this shell.
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

// The next item of "a,b,c", which becomes shorter.
std::string_view take_item(std::string_view& list) {
  const std::string_view item = list.substr(0, list.find(','));
  list.remove_prefix(std::min(item.size() + 1, list.size()));
  return item;
}

}  // namespace

int within(Shell& shell, Words words) {
  if (words.size() < 3) return wrong_use(shell, words);
  abi::procmgr::Limits limits{};
  for (std::string_view rest = words[1]; !rest.empty();) {
    const std::string_view item = take_item(rest);
    const u64 end = item.find('=');
    const auto number = end == item.npos ? std::nullopt : number_in(item.substr(end + 1));
    // 0 would mean no limit.
    if (!number.has_value() || *number == 0) return wrong_use(shell, words);
    if (item.starts_with("pages="))
      limits.pages = *number;
    else if (item.starts_with("processes="))
      limits.processes = *number;
    else
      return wrong_use(shell, words);
  }
  shell.limits = limits;
  return run_program(shell, words.subspan(2), {});
}

int without(Shell& shell, Words words) {
  if (words.size() < 3) return wrong_use(shell, words);
  u32 bits = 0;
  for (std::string_view rest = words[1]; !rest.empty();) {
    const std::string_view name = take_item(rest);
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
