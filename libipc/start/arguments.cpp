// SPDX-License-Identifier: MIT
#include <libipc/start/arguments.hpp>

namespace ipc::start {

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = line.find_first_not_of(blanks);
  if (first == line.npos) return line = {};
  line.remove_prefix(first);
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view value_of(std::string_view line, std::string_view key, std::string_view otherwise) {
  std::string_view value = otherwise;
  for (;;) {
    const std::string_view word = next_word(line);
    if (word.empty() || word == "--") return value;
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=')
      value = word.substr(key.size() + 1);
  }
}

}  // namespace ipc::start
