// SPDX-License-Identifier: MIT
#include <user/shell/interactive.hpp>
#include <user/shell/language/parser.hpp>
#include <user/shell/run/background.hpp>
#include <user/shell/run/execute.hpp>

namespace shell {

bool wants_more(Shell& shell, std::string_view text) {
  const Rewound rewound{shell.arena};
  for (u64 at = 0; at < text.size();) {
    Parser parser{shell.arena, text, at};
    const auto line = parser.next_line();
    if (!line.ok()) return is_incomplete(line.error().what);
    at = parser.at();
  }
  return false;
}

int run_interactive(Shell& shell) { return shell.status; }

}  // namespace shell
