// SPDX-License-Identifier: MIT
// The word that is being typed: where completion looks what could be meant.
#pragma once

#include <user/shell/language/memory.hpp>

namespace shell {

enum class WordKind : u8 {
  command,   // the first of a command
  argument,  // any other
  variable,  // behind $
  braces,    // behind ${
};

struct UnfinishedWord {
  WordKind kind = WordKind::command;
  std::string_view text;  // without quotes; of a variable its name so far
  char quote = '\0';      // that is open
};

// At the end of the line so far.
UnfinishedWord find_unfinished_word(Arena& arena, std::string_view line);

}  // namespace shell
