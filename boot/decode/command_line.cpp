// SPDX-License-Identifier: MIT
#include <boot/decode/command_line.hpp>

namespace boot {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The next word from `position` on, which then stands behind it; empty at the end.
std::string_view next_word(std::string_view text, std::size_t& position) {
  while (position < text.size() && is_blank(text[position])) ++position;
  const std::size_t begin = position;
  while (position < text.size() && !is_blank(text[position])) ++position;
  return text.substr(begin, position - begin);
}

struct KeyValue {
  std::string_view key;
  std::string_view value;
};

KeyValue split(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {word, {}};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

// False: the key is known but not this value of it.
bool set_log_level(std::string_view value, CommandLine& line) {
  if (value == "quiet")
    line.log_level = abi::LogLevel::quiet;
  else if (value == "info")
    line.log_level = abi::LogLevel::info;
  else if (value == "debug")
    line.log_level = abi::LogLevel::debug;
  else
    return false;
  return true;
}

bool set_exit_device(std::string_view value, CommandLine& line) {
  if (value != "semihosting") return false;
  line.exit_device = abi::ExitDevice::semihosting;
  return true;
}

Result<void> read_word(std::string_view word, CommandLine& line, Notices& notices) {
  const KeyValue pair = split(word);
  bool understood = true;
  if (pair.key == "root") {
    if (pair.value.empty()) return Fault::root_name_empty;
    line.root = pair.value;
  } else if (pair.key == "log") {
    understood = set_log_level(pair.value, line);
  } else if (pair.key == "exit") {
    understood = set_exit_device(pair.value, line);
  } else {
    notices.add(Warning::unknown_key, pair.key);
  }
  if (!understood) notices.add(Warning::unknown_value, word);
  return {};
}

}  // namespace

Result<CommandLine> read_command_line(std::string_view text, Notices& notices) {
  if (text.size() > abi::max_command_line) return Fault::command_line_too_long;
  CommandLine line;
  std::size_t position = 0;
  for (;;) {
    const std::string_view word = next_word(text, position);
    if (word.empty()) break;
    if (word == "--") {
      while (position < text.size() && is_blank(text[position])) ++position;
      break;
    }
    TRY(read_word(word, line, notices));
  }
  line.arguments_offset = position;
  return line;
}

}  // namespace boot
