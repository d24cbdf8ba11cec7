// SPDX-License-Identifier: MIT
// Simple commands: assignments, functions, builtins, programs.
#include <algorithm>
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {
namespace {

// A command with all its words expanded.
struct Ready {
  std::span<const std::string_view> words;
  std::span<const std::string_view> assignments;  // NAME=VALUE
};

// `export x=$y` assigns as `x=$y` does: what $y is stays one word.
bool declares_variables(const Command& command) {
  const std::string_view name = command.words.empty() ? "" : command.words.first->source;
  return name == "export" || name == "local";
}

bool is_assignment(const Word& word) {
  const Piece* piece = word.pieces.first;
  if (piece == nullptr || piece->is_quoted || piece->kind != PieceKind::text) return false;
  const u64 length = name_length(piece->text);
  return length != 0 && length < piece->text.size() && piece->text[length] == '=';
}

// NAME=VALUE. False: there is no room, which has been said.
bool assign(Shell& shell, std::string_view assignment, bool is_exported = false) {
  const u64 end = assignment.find('=');
  const std::string_view name = assignment.substr(0, end);
  if (shell.variables.set(name, assignment.substr(end + 1),
                          is_exported || shell.variables.is_exported(name)))
    return true;
  shell.complain({.what = Failure::no_room, .name = name});
  return false;
}

bool assign_all(Shell& shell, std::span<const std::string_view> assignments,
                bool is_exported = false) {
  return std::all_of(assignments.begin(), assignments.end(),
                     [&](std::string_view one) { return assign(shell, one, is_exported); });
}

Expanded<Ready> expand(Shell& shell, const Command& command) {
  Expander expander{shell.arena, shell};
  const bool declares = declares_variables(command);
  for (const Word& word : command.words)
    TRY(declares && is_assignment(word) ? expander.add_whole(word) : expander.add(word));
  const auto words = TRY(expander.words());
  Growing<std::string_view> assignments{shell.arena};
  for (const Assignment& one : command.assignments) {
    Expander value{shell.arena, shell};
    TextBuilder text{shell.arena};
    text << one.name << '=' << TRY(value.text(*one.value));
    if (!text.ok()) return ExpandError{.what = Failure::no_memory};
    assignments.push(text.view());
    // Where there is no command, each one sees those before it.
    if (words.empty() && !assign(shell, text.view())) return ExpandError{.what = Failure::not_run};
  }
  if (!assignments.ok()) return ExpandError{.what = Failure::no_memory};
  return Ready{.words = words, .assignments = assignments.items()};
}

// Values for one command alone, which hands them on to what it starts. Then the old ones come back.
class Restored {
 public:
  Restored(Shell& shell, std::span<const std::string_view> assignments)
      : shell_(shell), assignments_(assignments), before_(shell.arena) {
    for (const std::string_view one : assignments) {
      const auto value = shell.variables.find(name_in(one));
      before_.push({.value = value.has_value() ? shell.arena.copy(*value) : std::string_view{},
                    .is_exported = shell.variables.is_exported(name_in(one))});
    }
    is_assigned_ = before_.ok() && assign_all(shell, assignments, true);
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  ~Restored() {
    // Backward: a name may stand there twice.
    for (u64 i = before_.size(); i > 0; --i) {
      const std::string_view name = name_in(assignments_[i - 1]);
      const Before& before = before_.items()[i - 1];
      if (before.value.data() == nullptr)
        shell_.variables.remove(name);
      else
        static_cast<void>(shell_.variables.set(name, before.value, before.is_exported));
    }
  }
  [[nodiscard]] bool is_assigned() const { return is_assigned_; }

 private:
  struct Before {
    std::string_view value;
    bool is_exported = false;
  };
  static std::string_view name_in(std::string_view assignment) {
    return assignment.substr(0, assignment.find('='));
  }

  Shell& shell_;
  std::span<const std::string_view> assignments_;
  Growing<Before> before_;
  bool is_assigned_ = false;
};

int run_builtin(Shell& shell, const Builtin& builtin, const Ready& ready) {
  // Those that change the shell itself keep what is assigned before them, as sh has it.
  if (builtin.is_special)
    return assign_all(shell, ready.assignments) ? builtin.run(shell, ready.words) : 1;
  const Restored restored{shell, ready.assignments};
  return restored.is_assigned() ? builtin.run(shell, ready.words) : 1;
}

int run_ready(Shell& shell, const Ready& ready) {
  const std::string_view name = ready.words[0];
  if (const auto body = shell.functions.find(name)) {
    const std::string_view kept = shell.arena.copy(*body);
    const Restored restored{shell, ready.assignments};
    if (kept.data() == nullptr || !restored.is_assigned()) return 1;
    return call_function(shell, kept, ready.words);
  }
  if (const Builtin* builtin = find_builtin(name)) return run_builtin(shell, *builtin, ready);
  return run_program(shell, ready.words, ready.assignments);
}

}  // namespace

int run_simple(Shell& shell, const Command& command) {
  const Rewound rewound{shell.arena};
  const int before = shell.status;
  const u64 substitutions = shell.substitutions;
  const auto ready = expand(shell, command);
  if (!ready.ok()) {
    shell.complain(ready.error());
    // A script that goes on without a value it needs does harm, and so does one that could not
    // assign it.
    if (!shell.is_interactive && shell.flow == Flow::on) shell.flow = Flow::leave_shell;
    return shell.flow == Flow::interrupted ? status_interrupted : 1;
  }
  Redirected redirected{shell.streams};
  if (!redirect(shell, redirected, command.redirections)) return 1;
  if (ready->words.empty()) {
    // The status is that of the last $(...), if there was one.
    shell.show(ready->assignments, {});
    const int status = shell.substitutions == substitutions ? 0 : shell.status;
    return status;
  }
  shell.show(ready->assignments, ready->words);
  shell.status = before;
  const int status = run_ready(shell, *ready);
  // `exec >file`: from now on.
  if (ready->words[0] == "exec" && ready->words.size() == 1) redirected.keep();
  return status;
}

}  // namespace shell
