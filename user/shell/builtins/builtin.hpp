// SPDX-License-Identifier: MIT
// Commands that the shell does by itself, because they are about the shell.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

using Words = std::span<const std::string_view>;

struct Builtin {
  std::string_view name;
  int (*run)(Shell& shell, Words words);  // words[0] is the name
  bool is_special;                        // what is assigned before it stays assigned
  std::string_view usage;
  std::string_view sentence;
};

// Null: there is none with this name.
const Builtin* find_builtin(std::string_view name);
std::span<const Builtin> all_builtins();

// Text for the output stream.
class Output {
 public:
  explicit Output(Shell& shell)
      : shell_(shell), stream_(shell.streams.open(1)), printer_(stream_) {}

  template <class T>
  Output& operator<<(const T& value) {
    printer_ << value;
    return *this;
  }
  Output& padded(std::string_view text, int width) {
    printer_.padded(text, width);
    return *this;
  }
  // As a shell would read it again.
  void quoted(std::string_view text);
  // The status of a command that only prints. If that was not possible, it has been said.
  int finish();

 private:
  Shell& shell_;
  ipc::Stream stream_;
  ipc::Printer printer_;
};

// Says how the command is used. The status for that.
int wrong_use(Shell& shell, Words words);
// "NAME: what: why"; status 1.
int fail(Shell& shell, Words words, std::string_view what, std::string_view why);

// A number without a sign; nothing: it is none, or too large.
std::optional<u64> number_in(std::string_view text);

namespace builtin {

int bracket(Shell&, Words);
int break_loop(Shell&, Words);
int cd(Shell&, Words);
int command(Shell&, Words);
int continue_loop(Shell&, Words);
int echo(Shell&, Words);
int eval(Shell&, Words);
int exec(Shell&, Words);
int exit(Shell&, Words);
int export_variables(Shell&, Words);
int fail(Shell&, Words);
int getopts(Shell&, Words);
int help(Shell&, Words);
int history(Shell&, Words);
int jobs(Shell&, Words);
int kill(Shell&, Words);
int leave_function(Shell&, Words);
int local(Shell&, Words);
int poweroff(Shell&, Words);
int pwd(Shell&, Words);
int read(Shell&, Words);
int set(Shell&, Words);
int shift(Shell&, Words);
int source(Shell&, Words);
int succeed(Shell&, Words);
int test(Shell&, Words);
int tour(Shell&, Words);
int trap(Shell&, Words);
int type(Shell&, Words);
int unset(Shell&, Words);
int wait(Shell&, Words);
int within(Shell&, Words);
int without(Shell&, Words);

}  // namespace builtin

}  // namespace shell
