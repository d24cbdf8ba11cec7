// SPDX-License-Identifier: MIT
// What the shell does with what the parser has read.
#pragma once

#include <user/shell/language/syntax.hpp>
#include <user/shell/run/shell.hpp>

namespace shell {

// All lines of a text, which stays as long. The last status; a mistake in it has been said.
int run_text(Shell& shell, std::string_view text);

// The same in the shell that is running, for `.` and functions: its memory is given back.
int run_sequence(Shell& shell, const Sequence& sequence);
int run_command(Shell& shell, const Command& command);
int run_simple(Shell& shell, const Command& command);
int run_compound(Shell& shell, const Command& command);

// The streams change as the command says. False: that was not possible, which has been said.
bool redirect(Shell& shell, Redirected& redirected, const List<Redirection>& list);

// Runs a program in the foreground.
int run_program(Shell& shell, std::span<const std::string_view> words,
                std::span<const std::string_view> assignments);

// A function with these parameters; its text stays as it is meanwhile.
int call_function(Shell& shell, std::string_view body, std::span<const std::string_view> words);

}  // namespace shell
