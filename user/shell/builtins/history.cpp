// SPDX-License-Identifier: MIT
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/line_input.hpp>

namespace shell::builtin {

int history(Shell& shell, Words words) {
  if (words.size() != 1) return wrong_use(shell, words);
  Output out{shell};
  const History& lines = line_input().history();
  for (u64 i = 0; i < lines.size(); ++i) {
    base::Text<24> number;
    number << i + 1;
    out.padded(number.view(), 5) << "  " << lines[i] << '\n';
  }
  return out.finish();
}

}  // namespace shell::builtin
