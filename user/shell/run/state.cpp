// SPDX-License-Identifier: MIT
#include <user/shell/language/characters.hpp>
#include <user/shell/line_input.hpp>
#include <user/shell/run/state.hpp>

namespace shell {
namespace {

constexpr std::string_view function_sign = "()";

std::string_view entry(Arena& arena, std::string_view sign, std::string_view text) {
  TextBuilder builder{arena};
  builder << sign << text;
  return builder.view();
}

std::string_view numbered(Arena& arena, std::string_view sign, i64 number) {
  base::Text<24> text;
  text << number;
  return entry(arena, sign, text.view());
}

// Each ends with a byte that no line contains, because lines may contain newlines.
constexpr char end_of_line = '\x01';

std::string_view typed_lines(Arena& arena) {
  const History& lines = line_input().history();
  TextBuilder text{arena};
  text << "<=";
  for (u64 i = 0; i < lines.size(); ++i) text << lines[i] << end_of_line;
  return text.ok() ? text.view() : "<=";
}

void adopt_lines(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find(end_of_line));
    line_input().remember(line);
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
}

// What fails there while this shell tests it is no failure.
constexpr char is_tested = 't';

std::string_view letters_of(Arena& arena, Shell& shell) {
  TextBuilder text{arena};
  text << "+=";
  for (const char letter : option_letters)
    if (*shell.options.find(letter)) text << letter;
  if (shell.is_testing) text << is_tested;
  return text.view();
}

u64 number_in(std::string_view text) {
  u64 number = 0;
  for (const char c : text)
    if (is_digit(c)) number = number * 10 + static_cast<u64>(c - '0');
  return number;
}

void adopt_sign(Shell& shell, std::string_view text) {
  const std::string_view value = text.substr(text.find('=') + 1);
  if (text.starts_with("?=")) shell.status = static_cast<int>(number_in(value) & 255);
  if (text.starts_with("$=")) shell.pid = number_in(value);
  if (text.starts_with("+="))
    for (const char letter : value)
      if (bool* option = shell.options.find(letter)) *option = true;
  if (text.starts_with("+=")) shell.is_testing = value.ends_with(is_tested);
  // A part of a function can use `local` and `return`.
  if (text.starts_with("@=")) shell.calls = shell.functions_run = number_in(value);
  if (text.starts_with("!=")) shell.last_background = number_in(value);
  if (text.starts_with("<=")) adopt_lines(value);
}

}  // namespace

std::optional<Words> environment_of(Shell& shell, Words assignments) {
  Growing<std::string_view> environment{shell.arena};
  for (u64 cursor = 0;;) {
    const auto record = shell.variables.next(cursor);
    if (record.text.empty()) break;
    bool is_replaced = !record.is_exported;
    for (const std::string_view other : assignments)
      is_replaced = is_replaced || other.substr(0, other.find('=')) == record.name();
    if (!is_replaced) environment.push(record.text);
  }
  environment.push(assignments);
  if (!environment.ok()) return std::nullopt;
  return environment.items();
}

Words state_of(Shell& shell, std::string_view commands) {
  Arena& arena = shell.arena;
  Growing<std::string_view> state{arena};
  for (u64 cursor = 0;;) {
    const auto record = shell.variables.next(cursor);
    if (record.text.empty()) break;
    state.push(record.is_exported ? record.text : entry(arena, "-", record.text));
  }
  for (u64 cursor = 0;;) {
    const auto record = shell.functions.next(cursor);
    if (record.text.empty()) break;
    state.push(entry(arena, function_sign, record.text));
  }
  if (commands.find("history") != commands.npos) state.push(typed_lines(arena));
  state.push(letters_of(arena, shell));
  state.push(numbered(arena, "@=", static_cast<i64>(shell.functions_run)));
  state.push(numbered(arena, "?=", shell.status));
  state.push(numbered(arena, "$=", static_cast<i64>(shell.pid)));
  state.push(numbered(arena, "!=", static_cast<i64>(shell.last_background)));
  return state.ok() ? Words{state.items()} : Words{};
}

void adopt(Shell& shell, char** environment, bool is_part) {
  for (; *environment != nullptr; ++environment) {
    std::string_view text{*environment};
    const bool is_private = is_part && text.starts_with('-');
    const bool is_function = is_part && text.starts_with(function_sign);
    if (is_private) text.remove_prefix(1);
    if (is_function) text.remove_prefix(function_sign.size());
    const u64 end = text.find('=');
    if (end == text.npos) continue;
    const std::string_view name = text.substr(0, end);
    const std::string_view value = text.substr(end + 1);
    if (!is_name(name)) {
      if (is_part) adopt_sign(shell, text);
    } else if (is_function) {
      static_cast<void>(shell.functions.set(name, value));
    } else {
      static_cast<void>(shell.variables.set(name, value, !is_private));
    }
  }
}

}  // namespace shell
