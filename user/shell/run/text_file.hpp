// SPDX-License-Identifier: MIT
// Files of commands, and lines of an input.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

// All of it, in the shell's arena. Nothing: that was not possible, which has been said.
std::optional<std::string_view> read_text_file(Shell& shell, std::string_view path);

// One line behind what the text has, with its newline, and not one byte more: what follows may be
// for a command. 0 bytes: the end.
Outcome<u64> read_line(ipc::Stream& stream, TextBuilder& text);

}  // namespace shell
