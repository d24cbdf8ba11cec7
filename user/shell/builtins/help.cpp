// SPDX-License-Identifier: MIT
// help, type and command.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/launch.hpp>

namespace shell::builtin {
namespace {

constexpr std::string_view first_steps =
    "This is the shell of Aril. What you type is a command and its words; Enter runs it.\n"
    "\n"
    "First steps\n"
    "  ls /bin               which programs there are\n"
    "  NAME --help           what a program does; 'help NAME' does the same\n"
    "  ls | wc               the output of one is the input of the next\n"
    "  ls > list; cat list   output into a file, and the file again\n"
    "  sleep 5 &             in the background; 'jobs' shows it\n"
    "  Ctrl-C                ends what runs      Tab, Ctrl-R   completes; looks for old lines\n"
    "  tour                  shows in eight steps how Aril works\n"
    "  poweroff              switches the machine off (or Ctrl-A X in QEMU)\n"
    "\n";

constexpr int name_width = 12;

void list_builtins(Output& out) {
  out << "Commands of the shell\n";
  for (const Builtin& one : all_builtins()) {
    // Those that programs for sh need, and nobody types.
    if (one.name == ":" || one.name == "." || one.name == "[") continue;
    out << "  ";
    out.padded(one.name, -name_width) << one.sentence << '\n';
  }
}

// Names in columns.
void list_programs(Shell& shell, Output& out) {
  constexpr u64 columns = 6;
  out << "\nPrograms in /bin\n";
  u64 count = 0;
  for (const FileName& file : shell.names_in("/bin")) {
    if (count % columns == 0) out << (count == 0 ? "  " : "\n  ");
    out.padded(file.name, -name_width);
    ++count;
  }
  out << "\n\n'help NAME' tells more about each of them, docs/shell.md all about the shell.\n";
}

// What each name is, in words or as one would type it. Then the status.
int tell(Shell& shell, Words words, Words names, bool in_words) {
  int status = 0;
  Output out{shell};
  for (const std::string_view name : names) {
    const std::string_view program = find_program(shell, name);
    const bool is_function = shell.functions.find(name).has_value();
    if (is_function || find_builtin(name) != nullptr) {
      out << name;
      if (in_words) out << (is_function ? " is a function" : " is a command of the shell");
      out << '\n';
    } else if (!program.empty()) {
      if (in_words) out << name << " is ";
      out << program << '\n';
    } else {
      status =
          in_words ? shell::fail(shell, words, name, "there is no such command") : status_not_found;
    }
  }
  return out.finish() == 0 ? status : 1;
}

}  // namespace

int help(Shell& shell, Words words) {
  if (words.size() > 2) return wrong_use(shell, words);
  if (words.size() == 2) {
    const Builtin* builtin = find_builtin(words[1]);
    if (builtin == nullptr) {
      const std::string_view command[] = {words[1], "--help"};
      return run_program(shell, command, {});
    }
    Output out{shell};
    out << "usage: " << builtin->usage << '\n' << builtin->sentence << '\n';
    return out.finish();
  }
  Output out{shell};
  out << first_steps;
  list_builtins(out);
  list_programs(shell, out);
  return out.finish();
}

int type(Shell& shell, Words words) {
  if (words.size() == 1) return wrong_use(shell, words);
  return tell(shell, words, words.subspan(1), true);
}

// With its functions set aside, or what its words name.
int command(Shell& shell, Words words) {
  if (words.size() == 1) return 0;
  if (words[1] != "-v") {
    const Builtin* builtin = find_builtin(words[1]);
    return builtin != nullptr ? builtin->run(shell, words.subspan(1))
                              : run_program(shell, words.subspan(1), {});
  }
  if (words.size() == 2) return wrong_use(shell, words);
  return tell(shell, words, words.subspan(2), false);
}

}  // namespace shell::builtin
