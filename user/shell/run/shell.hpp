// SPDX-License-Identifier: MIT
// A shell: what it remembers from one command to the next. What it does with a command stands in
// execute.hpp; what it starts, in launch.hpp.
#pragma once

#include <libipc/stream/printer.hpp>
#include <user/shell/language/expander.hpp>
#include <user/shell/language/surroundings.hpp>
#include <user/shell/language/variables.hpp>
#include <user/shell/run/jobs.hpp>
#include <user/shell/run/parameters.hpp>
#include <user/shell/run/streams.hpp>

namespace shell {

// The program itself, for the parts of pipelines that only a shell can run.
inline constexpr std::string_view shell_path = "/bin/shell";

// Why commands are not simply run one after the other.
enum class Flow : u8 {
  on,
  break_loop,     // `levels` loops
  continue_loop,  // the `levels`th loop
  leave_function,
  leave_shell,
  interrupted,  // Ctrl-C: back to the prompt
};

// Capabilities that children do not get.
namespace withheld {
inline constexpr u32 files = 1, input = 2, output = 4, error = 8, spawner = 16, modules = 32,
                     inspect = 64;
}

// What `set` switches on and off.
struct Options {
  bool ends_on_error = false;   // -e
  bool demands_values = false;  // -u
  bool shows_commands = false;  // -x
  bool finds_no_files = false;  // -f

  // Null: there is no option with this letter.
  bool* find(char letter) {
    if (letter == 'e') return &ends_on_error;
    if (letter == 'u') return &demands_values;
    if (letter == 'f') return &finds_no_files;
    return letter == 'x' ? &shows_commands : nullptr;
  }
};
inline constexpr std::string_view option_letters = "eufx";

class Shell final : public Surroundings {
 public:
  constexpr Shell(std::span<char> room_for_variables, std::span<char> room_for_functions,
                  std::span<char> room_for_kept)
      : variables(room_for_variables), functions(room_for_functions), kept(room_for_kept) {}

  // ---- Of Surroundings: what words depend on.
  std::optional<std::string_view> value_of(std::string_view name) override;
  bool assign(std::string_view name, std::string_view value) override;
  std::span<const std::string_view> parameters() override { return arguments; }
  std::string_view own_name() override { return name; }
  std::optional<std::string_view> output_of(std::string_view commands) override;
  std::span<const FileName> names_in(std::string_view directory) override;
  bool exists(std::string_view path) override;
  bool demands_values() override { return options.demands_values; }
  bool finds_files() override { return !options.finds_no_files; }

  // Text for people, on the error stream: "shell: " and what `fill` writes.
  template <class Fill>
    requires std::invocable<Fill&, base::Text<512>&>
  void complain(Fill&& fill) {
    base::Text<512> line;
    line << "shell: ";
    fill(line);
    line << '\n';
    say(line.view());
  }
  void complain(std::string_view what, std::string_view why);
  void complain(const ExpandError& error);
  void say(std::string_view text);
  // set -x: a command with its words as they are now.
  void show(std::span<const std::string_view> assignments, std::span<const std::string_view> words);

  // From now on, Ctrl-C at the terminal of its input is this shell's.
  void take_terminal();
  // Looks for Ctrl-C, and lets nothing run after it.
  bool is_going_on();

  Arena arena;  // of the command that is run
  Variables variables;
  Variables functions;
  Variables kept;                               // kept.hpp
  std::span<const std::string_view> arguments;  // $1, $2, ...
  ParameterStore parameters_set;                // where they are, if `set` has changed them
  std::string_view name = "shell";
  Streams streams;
  Events events;
  Jobs jobs;

  bool is_interactive = false;
  bool has_terminal = false;  // Ctrl-C ends what it runs: its jobs have accounts
  Options options;
  bool is_testing = false;  // what runs is a condition
  u64 pid = 0;              // $$: of the shell that others are parts of
  u64 last_background = 0;  // $!
  int status = 0;           // $?
  u64 substitutions = 0;    // $(...) that were run
  Flow flow = Flow::on;
  u64 levels = 0;
  u64 loops = 0;          // that the command stands in
  u64 functions_run = 0;  // and `.` and eval
  u64 calls = 0;          // functions alone
  u64 option_word = 0;    // where getopts goes on, if OPTIND still says so
  u64 option_character = 0;
  u32 withholds = 0;              // withheld
  abi::procmgr::Limits limits{};  // of the next job, if it has any

 private:
  char number_[24] = {};
};

}  // namespace shell
