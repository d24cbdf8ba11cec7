// SPDX-License-Identifier: MIT
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/language/characters.hpp>

namespace shell {
namespace {

// In the order of the alphabet, as help shows them.
constexpr Builtin table[] = {
    {".", builtin::source, true, ". FILE [WORD...]", "runs the commands in a file, here"},
    {":", builtin::succeed, true, ": [WORD...]", "does nothing"},
    {"[", builtin::bracket, false, "[ EXPRESSION ]", "the same as test"},
    {"break", builtin::break_loop, true, "break [N]", "leaves the loop, or N of them"},
    {"cd", builtin::cd, false, "cd [FOLDER | -]", "goes to another folder, or to $HOME"},
    {"command", builtin::command, false, "command [-v] NAME [WORD...]",
     "runs a command, and no function; -v: tells what it is"},
    {"continue", builtin::continue_loop, true, "continue [N]", "begins the loop's next turn"},
    {"echo", builtin::echo, false, "echo [-n] [WORD...]", "writes its words"},
    {"eval", builtin::eval, true, "eval [WORD...]", "runs the words as a command line"},
    {"exec", builtin::exec, true, "exec [COMMAND]",
     "runs a command and ends with it; alone, keeps its redirections"},
    {"exit", builtin::exit, true, "exit [STATUS]", "ends the shell"},
    {"export", builtin::export_variables, true, "export [NAME[=VALUE]...]",
     "hands variables on to commands; alone, lists them"},
    {"false", builtin::fail, false, "false", "fails"},
    {"getopts", builtin::getopts, false, "getopts LETTERS NAME [WORD...]",
     "puts the next option into a variable, and its argument into OPTARG"},
    {"help", builtin::help, false, "help [COMMAND]", "explains the shell, or a command"},
    {"history", builtin::history, false, "history", "lists the lines that were typed"},
    {"jobs", builtin::jobs, false, "jobs", "lists what runs in the background"},
    {"kill", builtin::kill, false, "kill %N | PID...", "ends jobs or processes of this shell"},
    {"local", builtin::local, true, "local NAME[=VALUE]...",
     "variables that a function has for itself"},
    {"poweroff", builtin::poweroff, true, "poweroff", "switches the machine off"},
    {"pwd", builtin::pwd, false, "pwd", "prints the folder that you are in"},
    {"read", builtin::read, false, "read [-r] NAME...", "reads a line into variables"},
    {"return", builtin::leave_function, true, "return [STATUS]", "leaves a function or '.' file"},
    {"set", builtin::set, true, "set [-efux | +efux] [-- WORD...]",
     "lists variables; sets $1, $2, ...; -e: ends at the first failure; -u: or at a variable that "
     "has no value; -f: patterns stay; -x: shows commands"},
    {"shift", builtin::shift, true, "shift [N]", "drops the first of $1, $2, ..."},
    {"source", builtin::source, true, "source FILE [WORD...]", "the same as ."},
    {"test", builtin::test, false, "test EXPRESSION", "compares texts and numbers, looks at files"},
    {"tour", builtin::tour, false, "tour [--check]", "shows in eight steps what Aril is"},
    {"trap", builtin::trap, true, "trap [COMMANDS | -] EXIT",
     "runs commands when the shell ends; -: does not; alone, lists them"},
    {"true", builtin::succeed, false, "true", "succeeds"},
    {"type", builtin::type, false, "type NAME...", "tells what a command is"},
    {"unset", builtin::unset, true, "unset [-f] NAME...", "forgets variables, or functions"},
    {"wait", builtin::wait, false, "wait [%N | PID...]", "waits for jobs in the background"},
    {"within", builtin::within, false, "within pages=N,processes=N COMMAND",
     "runs a command in an account with limits"},
    {"without", builtin::without, false, "without NAME[,NAME...] COMMAND",
     "runs a command without some capabilities"},
};

}  // namespace

const Builtin* find_builtin(std::string_view name) {
  for (const Builtin& one : table)
    if (one.name == name) return &one;
  return nullptr;
}

std::span<const Builtin> all_builtins() { return table; }

int Output::finish() {
  const auto written = printer_.finish();
  if (written.ok()) return 0;
  // Who does not read any more wants to hear nothing of it.
  if (written.error().error != abi::Error::gone)
    shell_.complain("output", sentence(written.error()));
  return 1;
}

void Output::quoted(std::string_view text) {
  *this << '\'';
  for (const char c : text) {
    if (c == '\'')
      *this << "'\\''";
    else
      *this << c;
  }
  *this << '\'';
}

int wrong_use(Shell& shell, Words words) {
  const Builtin* builtin = find_builtin(words[0]);
  shell.complain(
      [&](auto& line) { line << "usage: " << (builtin == nullptr ? words[0] : builtin->usage); });
  return status_wrong_use;
}

int fail(Shell& shell, Words words, std::string_view what, std::string_view why) {
  shell.complain([&](auto& line) { line << words[0] << ": " << what << ": " << why; });
  return 1;
}

std::optional<u64> number_in(std::string_view text) {
  constexpr u64 most_digits = 18;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  u64 number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<u64>(c - '0');
  }
  return number;
}

}  // namespace shell
