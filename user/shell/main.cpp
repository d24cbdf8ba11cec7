// SPDX-License-Identifier: MIT
// The shell. docs/shell.md is its reference.
//
//   shell                     lines from the input; at a terminal with a prompt
//   shell [-i] -c COMMANDS [NAME [WORD...]]
//   shell [-i] FILE [WORD...]
//   shell --part COMMANDS NAME WORD...    by another shell, of which it is a part
#include <user/shell/interactive.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/kept.hpp>
#include <user/shell/run/state.hpp>
#include <user/shell/run/text_file.hpp>

namespace {

using shell::u64;

constexpr u64 variables_bytes = 64 * base::kib;
constexpr u64 functions_bytes = 32 * base::kib;
constexpr u64 kept_bytes = 32 * base::kib;
constexpr u64 max_arguments = 512;

constinit char variables_room[variables_bytes];
constinit char functions_room[functions_bytes];
constinit char kept_room[kept_bytes];
// It lasts as long as the process, and ends with it.
[[clang::no_destroy]] constinit shell::Shell the_shell{variables_room, functions_room, kept_room};
constinit std::string_view arguments[max_arguments];

constexpr std::string_view usage =
    "usage: shell [-i] [-c COMMANDS [NAME [WORD...]] | FILE [WORD...]]\n"
    "Runs commands from the terminal, from COMMANDS or from FILE. -i: Ctrl-C ends them.\n";

// $0 and $1, $2, ...
void set_arguments(std::span<const std::string_view> words) {
  if (!words.empty()) the_shell.name = words[0];
  if (words.size() > 1) the_shell.arguments = words.subspan(1);
}

// Lines one by one, because commands read the same input.
int run_input() {
  auto input = the_shell.streams.open(0);
  shell::Arena arena;
  shell::TextBuilder text{arena};
  while (the_shell.flow == shell::Flow::on) {
    const auto count = shell::read_line(input, text);
    const bool is_end = !count.ok() || *count == 0;
    if (is_end && text.empty()) break;
    if (!is_end && shell::wants_more(the_shell, text.view())) continue;
    shell::run_text(the_shell, text.view());
    text.shrink(0);
  }
  return the_shell.status;
}

int run_file(std::string_view path) {
  const auto text = shell::read_text_file(the_shell, path);
  if (!text.has_value())
    return the_shell.exists(path) ? shell::status_cannot_start : shell::status_not_found;
  return shell::run_text(the_shell, *text);
}

int run(std::span<const std::string_view> words) {
  if (!words.empty() && words[0] == "-i") {
    the_shell.take_terminal();
    words = words.subspan(1);
  }
  if (words.empty())
    return the_shell.streams.open(0).is_terminal() ? shell::run_interactive(the_shell)
                                                   : run_input();
  const bool has_commands = words[0] == "-c" || words[0] == "--part";
  if (words[0] == "--help" || (has_commands && words.size() < 2) ||
      (words[0].starts_with('-') && !has_commands)) {
    the_shell.say(usage);
    return words[0] == "--help" ? 0 : shell::status_wrong_use;
  }
  set_arguments(words.subspan(has_commands ? 2 : 0));
  return has_commands ? shell::run_text(the_shell, words[1]) : run_file(words[0]);
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  u64 count = 0;
  for (int i = 1; i < argc && count < max_arguments; ++i) arguments[count++] = argv[i];
  const std::span words{arguments, count};
  const bool is_part = !words.empty() && words[0] == "--part";
  the_shell.streams = shell::Streams::own();
  the_shell.pid = ipc::process_page().pid;
  shell::adopt(the_shell, environment, is_part);
  // What others count on. IFS comes from nobody else's environment.
  if (!is_part) static_cast<void>(the_shell.variables.set("IFS", " \t\n", false));
  if (!the_shell.variables.find("PATH").has_value())
    static_cast<void>(the_shell.variables.set("PATH", "/bin", true));
  the_shell.status = run(words);
  shell::run_end_trap(the_shell);
  return the_shell.status;
}
