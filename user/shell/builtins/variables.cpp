// SPDX-License-Identifier: MIT
// Variables, functions and parameters.
#include <algorithm>
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/run/kept.hpp>

namespace shell::builtin {
namespace {

int list(Shell& shell, std::string_view before, bool only_exported) {
  Growing<Variables::Record> records{shell.arena};
  for (u64 cursor = 0;;) {
    const auto record = shell.variables.next(cursor);
    if (record.text.empty()) break;
    if (record.is_exported || !only_exported) records.push(record);
  }
  std::sort(records.items().begin(), records.items().end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  Output out{shell};
  for (const auto& record : records.items()) {
    out << before << record.name() << '=';
    out.quoted(record.value());
    out << '\n';
  }
  return out.finish();
}

bool is_option(std::string_view word) {
  return word.size() > 1 && (word[0] == '-' || word[0] == '+');
}

// -eu, +x. False: there is no such option.
bool apply(Options& options, std::string_view word) {
  for (const char letter : word.substr(1)) {
    bool* option = options.find(letter);
    if (option == nullptr) return false;
    *option = word[0] == '-';
  }
  return true;
}

}  // namespace

int export_variables(Shell& shell, Words words) {
  if (words.size() == 1) return list(shell, "export ", true);
  for (const std::string_view word : words.subspan(1)) {
    const u64 end = word.find('=');
    const std::string_view name = word.substr(0, end);
    if (!is_name(name)) return shell::fail(shell, words, word, "this is no name of a variable");
    const auto value =
        end == word.npos ? shell.variables.find(name).value_or("") : word.substr(end + 1);
    if (!shell.variables.set(name, value, true))
      return shell::fail(shell, words, name, "there is no room for variables left");
  }
  return 0;
}

int local(Shell& shell, Words words) {
  if (shell.calls == 0) return shell::fail(shell, words, "here", "there is no function");
  for (const std::string_view word : words.subspan(1)) {
    const u64 end = word.find('=');
    const std::string_view name = word.substr(0, end);
    if (!is_name(name)) return shell::fail(shell, words, word, "this is no name of a variable");
    const bool is_set = keep_for_caller(shell, name) &&
                        (end == word.npos || shell.variables.set(name, word.substr(end + 1)));
    if (!is_set) return shell::fail(shell, words, name, "there is no room for variables left");
  }
  return 0;
}

int unset(Shell& shell, Words words) {
  const bool functions_only = words.size() > 1 && words[1] == "-f";
  for (const std::string_view name : words.subspan(functions_only ? 2 : 1)) {
    if (!is_name(name)) return shell::fail(shell, words, name, "this is no name");
    if (!functions_only && shell.variables.find(name).has_value())
      shell.variables.remove(name);
    else
      shell.functions.remove(name);
  }
  return 0;
}

int set(Shell& shell, Words words) {
  if (words.size() == 1) return list(shell, "", false);
  Options options = shell.options;
  u64 at = 1;
  for (; at < words.size() && words[at] != "--" && is_option(words[at]); ++at)
    if (!apply(options, words[at])) return wrong_use(shell, words);
  shell.options = options;
  if (at == words.size()) return 0;
  if (words[at] == "--") ++at;
  // The words go with this command; parameters stay.
  if (!shell.parameters_set.replace(words.subspan(at)))
    return shell::fail(shell, words, "here", "there is no room for so many words");
  shell.arguments = shell.parameters_set.words();
  return 0;
}

int shift(Shell& shell, Words words) {
  const auto count = words.size() > 1 ? number_in(words[1]) : 1;
  if (words.size() > 2 || !count.has_value()) return wrong_use(shell, words);
  if (*count > shell.arguments.size())
    return shell::fail(shell, words, "here", "there are not so many parameters");
  shell.arguments = shell.arguments.subspan(*count);
  return 0;
}

}  // namespace shell::builtin
