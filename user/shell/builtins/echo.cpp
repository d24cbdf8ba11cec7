// SPDX-License-Identifier: MIT
#include <user/shell/builtins/builtin.hpp>

namespace shell::builtin {

// The program of this name does the same. Loops say much, and a process for each line would be what
// they do all the time.
int echo(Shell& shell, Words words) {
  const bool has_newline = words.size() < 2 || words[1] != "-n";
  const Words said = words.subspan(has_newline ? 1 : 2);
  Output out{shell};
  for (u64 i = 0; i < said.size(); ++i) out << (i == 0 ? "" : " ") << said[i];
  if (has_newline) out << '\n';
  return out.finish();
}

}  // namespace shell::builtin
