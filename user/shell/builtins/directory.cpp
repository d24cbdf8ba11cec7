// SPDX-License-Identifier: MIT
#include <user/shell/builtins/builtin.hpp>

namespace shell::builtin {

namespace files = ipc::files;

namespace {

std::string_view why(abi::Error error) {
  if (error == abi::Error::not_found) return "there is no such folder";
  if (error == abi::Error::wrong_object) return "it is no folder";
  return abi::sentence(error);
}

// $PWD follows, and $OLDPWD has what it was.
void remember(Shell& shell, std::string_view before) {
  char room[files::max_path];
  const auto now = files::Session{}.working_directory(room);
  static_cast<void>(shell.variables.set("OLDPWD", before));
  if (now.ok()) static_cast<void>(shell.variables.set("PWD", *now));
}

}  // namespace

int cd(Shell& shell, Words words) {
  if (words.size() > 2) return wrong_use(shell, words);
  const bool goes_back = words.size() == 2 && words[1] == "-";
  const std::string_view variable = goes_back ? "OLDPWD" : "HOME";
  const auto kept = shell.variables.find(variable);
  if ((goes_back || words.size() == 1) && !kept.has_value())
    return shell::fail(shell, words, variable, "it has no value");
  const std::string_view wanted = goes_back || words.size() == 1 ? *kept : words[1];

  char room[files::max_path];
  const auto before = files::Session{}.working_directory(room);
  const auto changed = files::Session{}.change_directory(wanted);
  if (!changed.ok()) return shell::fail(shell, words, wanted, why(changed.error().error));
  remember(shell, before.ok() ? *before : "/");
  return goes_back ? pwd(shell, words.first(1)) : 0;
}

int pwd(Shell& shell, Words words) {
  if (words.size() != 1) return wrong_use(shell, words);
  char room[files::max_path];
  const auto path = files::Session{}.working_directory(room);
  if (!path.ok()) return shell::fail(shell, words, "here", why(path.error().error));
  Output out{shell};
  out << *path << '\n';
  return out.finish();
}

}  // namespace shell::builtin
