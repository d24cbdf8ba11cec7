// SPDX-License-Identifier: MIT
// read: a line from the input, cut into variables.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/run/text_file.hpp>

namespace shell::builtin {
namespace {

// The characters of a line; those behind a backslash are no separators.
struct Character {
  char c;
  bool is_quoted;
};

bool is_space(char c) { return is_blank(c) || c == '\n'; }

// Cuts as words are cut, except that the last variable gets all the rest.
class Cutter {
 public:
  Cutter(std::span<const Character> line, std::string_view separators)
      : rest_(line), separators_(separators) {
    skip_spaces();
  }

  void next(TextBuilder& word) {
    while (!rest_.empty() && !separates(rest_[0])) {
      word << rest_[0].c;
      rest_ = rest_.subspan(1);
    }
    skip_spaces();
    if (rest_.empty() || !separates(rest_[0])) return;
    rest_ = rest_.subspan(1);
    skip_spaces();
  }

  void all(TextBuilder& word) {
    auto rest = rest_;
    while (!rest.empty() && separates(rest.back()) && is_space(rest.back().c))
      rest = rest.first(rest.size() - 1);
    // One field alone does not keep the separator that ends it.
    u64 separators = 0;
    for (const Character& one : rest) separators += separates(one) ? 1 : 0;
    if (separators == 1 && separates(rest.back())) rest = rest.first(rest.size() - 1);
    for (const Character& one : rest) word << one.c;
  }

 private:
  [[nodiscard]] bool separates(const Character& one) const {
    return !one.is_quoted && separators_.find(one.c) != separators_.npos;
  }
  void skip_spaces() {
    while (!rest_.empty() && separates(rest_[0]) && is_space(rest_[0].c)) rest_ = rest_.subspan(1);
  }

  std::span<const Character> rest_;
  std::string_view separators_;
};

// Lines up to one that does not end in a backslash. False: the input ended.
bool read_characters(Shell& shell, bool is_raw, Growing<Character>& line) {
  auto stream = shell.streams.open(0);
  TextBuilder text{shell.arena};
  for (;;) {
    text.shrink(0);
    const auto count = read_line(stream, text);
    if (!count.ok() || *count == 0) return false;
    const std::string_view read = text.view();
    bool goes_on = false;
    for (u64 i = 0; i < read.size(); ++i) {
      if (read[i] == '\n') return true;
      const bool quotes = !is_raw && read[i] == '\\' && i + 1 < read.size();
      goes_on = quotes && read[i + 1] == '\n';
      if (goes_on) break;
      if (quotes) ++i;
      line.push({.c = read[i], .is_quoted = quotes});
    }
    if (!goes_on) return false;
  }
}

}  // namespace

int read(Shell& shell, Words words) {
  const bool is_raw = words.size() > 1 && words[1] == "-r";
  const Words names = words.subspan(is_raw ? 2 : 1);
  if (names.empty()) return wrong_use(shell, words);
  for (const std::string_view name : names)
    if (!is_name(name)) return shell::fail(shell, words, name, "this is no name of a variable");

  Growing<Character> line{shell.arena};
  const bool is_whole = read_characters(shell, is_raw, line);
  const std::string_view separators =
      shell.arena.copy(shell.variables.find("IFS").value_or(" \t\n"));
  if (!line.ok() || separators.data() == nullptr)
    return shell::fail(shell, words, "memory", "there is none left for this line");
  Cutter cutter{line.items(), separators};
  for (u64 i = 0; i < names.size(); ++i) {
    TextBuilder value{shell.arena};
    if (i + 1 < names.size())
      cutter.next(value);
    else
      cutter.all(value);
    if (!value.ok() || !shell.assign(names[i], value.view()))
      return shell::fail(shell, words, names[i], "there is no room for variables left");
  }
  return is_whole ? 0 : 1;
}

}  // namespace shell::builtin
