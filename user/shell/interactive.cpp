// SPDX-License-Identifier: MIT
#include <user/shell/interactive.hpp>
#include <user/shell/language/parser.hpp>
#include <user/shell/line_input.hpp>
#include <user/shell/run/background.hpp>
#include <user/shell/run/execute.hpp>

namespace shell {
namespace {

constexpr std::string_view greeting =
    "Welcome to Aril, a small system around a capability microkernel.\n"
    "'help' explains the shell, 'tour' shows how Aril works.\n"
    "To leave: 'exit', Ctrl-D or 'poweroff'; Ctrl-A X ends QEMU.\n\n";
constexpr std::string_view prompt_of_continuation = "> ";
constexpr std::string_view level_variable = "SHLVL";

// Where one is, and the last status if it was a failure.
void write_prompt(const Shell& shell, base::TextWriter& prompt) {
  char room[abi::files::max_path];
  const auto path = ipc::files::Session{}.working_directory(room);
  prompt << "aril:" << (path.ok() ? *path : "?");
  if (shell.status != 0) prompt << " [" << shell.status << ']';
  prompt << "$ ";
}

// Lines until the command that they make is complete.
LineInput::Result read_command(Shell& shell, LineInput& input, TextBuilder& text) {
  base::Text<300> prompt;
  write_prompt(shell, prompt);
  auto result = input.read(prompt.view());
  for (;;) {
    if (result == LineInput::Result::interrupted) return result;
    // The end of the input in the middle of a command: what is wrong with it will be said.
    if (result == LineInput::Result::end) return text.empty() ? result : LineInput::Result::line;
    text << input.text() << '\n';
    if (!text.ok() || !wants_more(shell, text.view())) return result;
    result = input.read(prompt_of_continuation);
  }
}

void count_level(Shell& shell) {
  const std::string_view before = shell.variables.find(level_variable).value_or("");
  const char level = before.size() == 1 && before[0] >= '1' && before[0] < '9'
                         ? static_cast<char>(before[0] + 1)
                         : '1';
  static_cast<void>(shell.variables.set(level_variable, {&level, 1}, true));
}

}  // namespace

bool wants_more(Shell& shell, std::string_view text) {
  const Rewound rewound{shell.arena};
  for (u64 at = 0; at < text.size();) {
    Parser parser{shell.arena, text, at};
    const auto line = parser.next_line();
    if (!line.ok()) return is_incomplete(line.error().what);
    if (parser.wants_line()) return true;
    at = parser.at();
  }
  return false;
}

bool is_first_shell(const Shell& shell) {
  return shell.is_interactive && shell.variables.find(level_variable).value_or("") == "1";
}

int run_interactive(Shell& shell) {
  const auto stream = shell.streams.open(0);
  LineInput& input = line_input();
  shell.is_interactive = true;
  count_level(shell);
  shell.take_terminal();
  input.start(shell, stream.terminal());
  input.write(greeting);
  while (shell.flow != Flow::leave_shell) {
    tell_ended_jobs(shell);
    const Rewound rewound{shell.arena};
    TextBuilder text{shell.arena};
    const auto result = read_command(shell, input, text);
    if (result == LineInput::Result::end) break;
    if (result == LineInput::Result::interrupted) {
      shell.status = status_interrupted;
      continue;
    }
    input.remember(text.view());
    input.release();
    shell.events.forget_interrupt();
    run_text(shell, text.view());
    if (shell.flow != Flow::leave_shell) shell.flow = Flow::on;
    shell.loops = 0;
    shell.events.forget_interrupt();
  }
  input.release();
  return shell.status;
}

}  // namespace shell
