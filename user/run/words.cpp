// SPDX-License-Identifier: MIT
#include <user/run/words.hpp>

namespace run {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

abi::Status Words::add(std::string_view word) {
  if (count_ == max_words) return abi::Error::too_big;
  words_[count_++] = word;
  return {};
}

abi::Status Words::split(std::string_view line) {
  if (line.size() > max_bytes) return abi::Error::too_big;
  u64 used = 0;
  u64 start = 0;
  char quote = '\0';     // the one that is open
  bool is_word = false;  // quotes begin a word, even if nothing stands between them
  for (const char c : line) {
    if (quote == '\0' && is_blank(c)) {
      if (is_word) TRY(add({text_ + start, used - start}));
      start = used;
      is_word = false;
      continue;
    }
    is_word = true;
    if (quote == '\0' && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = '\0';
    else
      text_[used++] = c;
  }
  if (quote != '\0') return abi::Error::bad_argument;
  return is_word ? add({text_ + start, used - start}) : abi::Status{};
}

abi::Status Words::take(std::span<char* const> words) {
  for (const char* word : words) TRY(add(word));
  return {};
}

}  // namespace run
