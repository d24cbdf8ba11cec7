// SPDX-License-Identifier: MIT
// A shell with somebody at its terminal.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

// Prompts and runs lines until `exit` or the end of the input. The status.
int run_interactive(Shell& shell);

// The commands are not complete: a quote or a loop is open, so another line belongs to them.
bool wants_more(Shell& shell, std::string_view text);

// Whoever leaves it switches the machine off.
bool is_first_shell(const Shell& shell);

}  // namespace shell
