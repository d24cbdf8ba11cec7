// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/run/parameters.hpp>

namespace shell {

bool ParameterStore::replace(std::span<const std::string_view> words) {
  u64 bytes = 0;
  for (const std::string_view word : words) bytes += word.size();
  if (words.size() > max_words || bytes > max_bytes) return false;
  char* to = text_;
  for (count_ = 0; count_ < words.size(); ++count_) {
    const std::string_view word = words[count_];
    words_[count_] = {to, word.size()};
    to = std::copy(word.begin(), word.end(), to);
  }
  return true;
}

}  // namespace shell
