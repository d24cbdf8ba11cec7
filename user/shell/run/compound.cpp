// SPDX-License-Identifier: MIT
// Commands that contain others.
#include <libipc/text/name_pattern.hpp>
#include <user/shell/language/parser.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/kept.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {
namespace {

// Functions in functions, `.` in `.`: the stack of the shell has room for many more.
constexpr u64 max_calls = 100;

// What a test finds is no failure.
int run_test(Shell& shell, const Sequence& test) {
  const bool was_testing = std::exchange(shell.is_testing, true);
  const int status = run_sequence(shell, test);
  shell.is_testing = was_testing;
  return status;
}

int condition(Shell& shell, const Command& command) {
  for (const Branch& branch : command.branches) {
    const bool is_else = branch.test.empty();
    if (!is_else && run_test(shell, branch.test) != 0 && shell.flow == Flow::on) continue;
    if (shell.flow != Flow::on) return shell.status;
    return run_sequence(shell, branch.body);
  }
  return 0;
}

// After a body has been run. False: the loop is over.
bool goes_on(Shell& shell) {
  if (shell.flow == Flow::on) return true;
  if (shell.flow != Flow::break_loop && shell.flow != Flow::continue_loop) return false;
  // `break 2` is the next loop's affair as well.
  if (--shell.levels != 0) return false;
  const bool is_over = shell.flow == Flow::break_loop;
  shell.flow = Flow::on;
  return !is_over;
}

int loop(Shell& shell, const Command& command) {
  const Branch& branch = *command.branches.first;
  int status = 0;
  ++shell.loops;
  while (shell.is_going_on()) {
    const Rewound rewound{shell.arena};
    const bool is_true = run_test(shell, branch.test) == 0;
    if (shell.flow == Flow::on && is_true == command.is_until) break;
    if (shell.flow == Flow::on) status = run_sequence(shell, branch.body);
    if (!goes_on(shell)) break;
  }
  --shell.loops;
  return shell.flow == Flow::on ? status : shell.status;
}

int each(Shell& shell, const Command& command) {
  const Rewound rewound{shell.arena};
  Expander expander{shell.arena, shell};
  for (const Word& word : command.words) {
    const auto added = expander.add(word);
    if (added.ok()) continue;
    shell.complain(added.error());
    return 1;
  }
  const auto words = expander.words();
  const auto items = command.has_words && words.ok() ? *words : shell.arguments;
  if (items.empty()) return 0;
  ++shell.loops;
  for (const std::string_view item : items) {
    if (!shell.is_going_on()) break;
    if (!shell.assign(command.name, item)) {
      shell.complain({.what = Failure::no_room, .name = command.name});
      shell.status = 1;
      break;
    }
    run_sequence(shell, command.branches.first->body);
    if (!goes_on(shell)) break;
  }
  --shell.loops;
  return shell.status;
}

int choice(Shell& shell, const Command& command) {
  const Rewound rewound{shell.arena};
  Expander expander{shell.arena, shell};
  const auto subject = expander.text(*command.words.first);
  if (!subject.ok()) return shell.complain(subject.error()), 1;
  for (const Branch& branch : command.branches) {
    for (const Word& word : branch.patterns) {
      const auto pattern = expander.pattern(word);
      if (!pattern.ok()) return shell.complain(pattern.error()), 1;
      if (!ipc::matches_name(*pattern, *subject)) continue;
      shell.status = 0;
      return run_sequence(shell, branch.body);
    }
  }
  return 0;
}

// What happens in a shell of its own stays there.
int subshell(Shell& shell, const Command& command) {
  Job* job = shell.jobs.find_free();
  if (job == nullptr || !job->begin(command.source, shell.has_terminal).ok())
    return shell.complain("( )", "there is no room for another job"), 1;
  // Its redirections are done already.
  start_part(shell, *job, shell.streams, command.body_source);
  const int status = wait_for(shell, *job);
  job->end();
  return status;
}

int define(Shell& shell, const Command& command) {
  if (shell.functions.set(command.name, command.body_source)) return 0;
  return shell.complain(command.name, "there is no room for functions left"), 1;
}

// The parameters of whoever calls a function. What `set` has made of them is kept here, because the
// function may use `set` as well.
class SavedArguments {
 public:
  explicit SavedArguments(Shell& shell)
      : shell_(shell), copies_(shell.arena), before_(shell.arguments) {
    if (!shell.parameters_set.has(before_)) return;
    for (const std::string_view word : before_) copies_.push(shell.arena.copy(word));
  }
  SavedArguments(const SavedArguments&) = delete;
  SavedArguments& operator=(const SavedArguments&) = delete;
  ~SavedArguments() {
    shell_.arguments = before_;
    if (copies_.empty() || !shell_.parameters_set.replace(copies_.items())) return;
    shell_.arguments = shell_.parameters_set.words();
  }

 private:
  Shell& shell_;
  Growing<std::string_view> copies_;
  std::span<const std::string_view> before_;
};

}  // namespace

int run_compound(Shell& shell, const Command& command) {
  switch (command.kind) {
    case CommandKind::simple: return run_simple(shell, command);
    case CommandKind::group: return run_sequence(shell, command.branches.first->body);
    case CommandKind::subshell: return subshell(shell, command);
    case CommandKind::condition: return condition(shell, command);
    case CommandKind::loop: return loop(shell, command);
    case CommandKind::each: return each(shell, command);
    case CommandKind::choice: return choice(shell, command);
    case CommandKind::function: return define(shell, command);
  }
  return 0;
}

int call_function(Shell& shell, std::string_view body, std::span<const std::string_view> words) {
  if (shell.functions_run == max_calls)
    return shell.complain(words[0], "functions call each other too often"), 1;
  const SavedArguments saved{shell};
  const Locals locals{shell};
  shell.arguments = words.subspan(1);
  const u64 loops = std::exchange(shell.loops, 0);
  ++shell.functions_run;
  const int status = run_text(shell, body);
  --shell.functions_run;
  shell.loops = loops;
  if (shell.flow == Flow::leave_function) shell.flow = Flow::on;
  return status;
}

}  // namespace shell
