// SPDX-License-Identifier: MIT
// What changes the order in which commands are run.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/interactive.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/kept.hpp>
#include <user/shell/run/text_file.hpp>

namespace shell::builtin {
namespace {

// `.` in `.`, and eval in eval.
constexpr u64 max_nested = 50;

int leave_loops(Shell& shell, Words words, Flow flow) {
  const auto levels = words.size() > 1 ? number_in(words[1]) : 1;
  if (words.size() > 2 || !levels.has_value() || *levels == 0) return wrong_use(shell, words);
  if (shell.loops == 0) return fail(shell, words, "here", "there is no loop to leave");
  shell.flow = flow;
  shell.levels = std::min(*levels, shell.loops);
  return 0;
}

// The status for leaving with; nothing: that is no number.
std::optional<int> leaving_status(Shell& shell, Words words) {
  if (words.size() == 1) return shell.status;
  const auto number = number_in(words[1]);
  if (words.size() > 2 || !number.has_value()) return std::nullopt;
  return static_cast<int>(*number & 255);
}

int run_nested(Shell& shell, Words words, std::string_view text) {
  if (shell.functions_run == max_nested) return shell::fail(shell, words, "here", "too deep");
  ++shell.functions_run;
  const int status = run_text(shell, text);
  --shell.functions_run;
  return status;
}

}  // namespace

int succeed(Shell&, Words) { return 0; }
int fail(Shell&, Words) { return 1; }

int break_loop(Shell& shell, Words words) { return leave_loops(shell, words, Flow::break_loop); }
int continue_loop(Shell& shell, Words words) {
  return leave_loops(shell, words, Flow::continue_loop);
}

int exit(Shell& shell, Words words) {
  const auto status = leaving_status(shell, words);
  if (!status.has_value()) return wrong_use(shell, words);
  shell.flow = Flow::leave_shell;
  return *status;
}

// The machine ends with its first program, and that ends with the first shell.
int poweroff(Shell& shell, Words words) {
  if (words.size() != 1) return wrong_use(shell, words);
  if (!is_first_shell(shell))
    return shell::fail(shell, words, "here",
                       "only the shell that came first can; 'exit' leaves others");
  shell.flow = Flow::leave_shell;
  return 0;
}

int leave_function(Shell& shell, Words words) {
  const auto status = leaving_status(shell, words);
  if (!status.has_value()) return wrong_use(shell, words);
  const bool has_prompt = shell.is_interactive && shell.functions_run == 0;
  if (has_prompt) return shell::fail(shell, words, "here", "there is no function");
  shell.flow = shell.functions_run == 0 ? Flow::leave_shell : Flow::leave_function;
  return *status;
}

// Nothing but its end can happen to a shell while it runs its commands: there are no signals.
int trap(Shell& shell, Words words) {
  if (words.size() == 1) {
    Output out{shell};
    if (const auto commands = shell.kept.find(end_trap)) {
      out << "trap -- ";
      out.quoted(*commands);
      out << " EXIT\n";
    }
    return out.finish();
  }
  if (words[1] == "--") words = words.subspan(1);
  if (words.size() < 3) return wrong_use(shell, words);
  int status = 0;
  for (const std::string_view condition : words.subspan(2)) {
    if (condition != "EXIT" && condition != "0")
      status = shell::fail(shell, words, condition, "this does not happen here; EXIT does");
    else if (words[1] == "-")
      shell.kept.remove(end_trap);
    else if (!shell.kept.set(end_trap, words[1]))
      status = shell::fail(shell, words, "here", "there is no room for so long a text");
  }
  return status;
}

int eval(Shell& shell, Words words) {
  TextBuilder text{shell.arena};
  for (const std::string_view word : words.subspan(1)) text << (text.empty() ? "" : " ") << word;
  if (!text.ok()) return shell::fail(shell, words, "memory", "there is none left for this");
  shell.status = 0;
  return run_nested(shell, words, text.view());
}

int source(Shell& shell, Words words) {
  if (words.size() < 2) return wrong_use(shell, words);
  const auto text = read_text_file(shell, words[1]);
  if (!text.has_value()) return 1;
  const auto arguments = shell.arguments;
  if (words.size() > 2) shell.arguments = words.subspan(2);
  shell.status = 0;
  const int status = run_nested(shell, words, *text);
  shell.arguments = arguments;
  if (shell.flow == Flow::leave_function) shell.flow = Flow::on;
  return status;
}

// A process cannot become another program here, so the shell waits for it and ends as it did.
int exec(Shell& shell, Words words) {
  if (words.size() == 1) return 0;
  const int status = run_program(shell, words.subspan(1), {});
  if (shell.flow == Flow::on) shell.flow = Flow::leave_shell;
  return status;
}

}  // namespace shell::builtin
