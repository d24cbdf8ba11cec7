// SPDX-License-Identifier: MIT
// tour: walks through the steps, with somebody at the terminal or, with --check, without.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/line_input.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/tour/demonstrations.hpp>
#include <user/shell/tour/step.hpp>

namespace shell {
namespace {

using tour::Step;

constexpr std::string_view how_to =
    "Eight steps. Enter runs the command that is shown; you can type others\n"
    "instead, as often as you like. 'q' ends the tour.\n";

void announce(Shell& shell, const Step& step, u64 number) {
  Output out{shell};
  out << "\n-- " << number << " of " << tour::all_steps().size() << ": " << step.title << "\n\n"
      << step.text << '\n';
  for (std::string_view rest = step.command; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    out << "    " << line << '\n';
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  out << '\n';
}

// Until Enter alone. False: the tour is over.
bool let_type(Shell& shell) {
  LineInput& input = line_input();
  for (;;) {
    if (input.read("tour> ") != LineInput::Result::line || input.text() == "q") return false;
    if (input.text().empty()) return true;
    const Rewound rewound{shell.arena};
    const std::string_view text = shell.arena.copy(input.text());
    input.remember(text);
    input.release();
    shell.status = run_text(shell, text);
    if (shell.flow != Flow::on) return false;
  }
}

// Runs the command for real. Whether what the step says is true.
bool show(Shell& shell, const Step& step) {
  const Rewound rewound{shell.arena};
  const auto output = shell.output_of(step.command);
  Output out{shell};
  if (output.has_value()) out << *output;
  const bool holds = output.has_value() && step.holds(*output);
  if (holds)
    out << '\n' << step.conclusion << '\n';
  else
    out << "\nThis is not what should have happened here.\n";
  return holds;
}

int demonstrate(Shell& shell, Words words) {
  if (words[1] == "call") return tour::call_often(shell);
  if (words[1] == "pages") return tour::tell_pages(shell);
  return words[1] == "crash" ? tour::crash() : wrong_use(shell, words);
}

}  // namespace

namespace builtin {

int tour(Shell& shell, Words words) {
  const bool checks = words.size() == 2 && words[1] == "--check";
  if (words.size() == 2 && !checks) return demonstrate(shell, words);
  if (words.size() > 2) return wrong_use(shell, words);
  const bool asks = shell.is_interactive && !checks;
  if (asks) shell.say(how_to);
  int status = 0;
  u64 number = 0;
  for (const Step& step : shell::tour::all_steps()) {
    announce(shell, step, ++number);
    if (asks && !let_type(shell)) return 0;
    if (asks) line_input().release();
    if (!show(shell, step)) status = 1;
    if (shell.flow != Flow::on) return status_interrupted;
  }
  return status;
}

}  // namespace builtin
}  // namespace shell
