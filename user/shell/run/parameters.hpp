// SPDX-License-Identifier: MIT
// What `set -- WORD...` gives the shell as $1, $2, ...: they outlive the command.
#pragma once

#include <user/shell/language/memory.hpp>

namespace shell {

class ParameterStore {
 public:
  constexpr ParameterStore() = default;
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;

  // False: there is no room for so many, and nothing has changed. They stand elsewhere.
  bool replace(std::span<const std::string_view> words);
  [[nodiscard]] std::span<const std::string_view> words() const { return {words_, count_}; }

  // These are, or are some of, the words that stand here.
  [[nodiscard]] bool has(std::span<const std::string_view> words) const {
    return words.data() >= words_ && words.data() <= words_ + count_ && count_ != 0;
  }

 private:
  static constexpr u64 max_words = 512;
  static constexpr u64 max_bytes = 16 * base::kib;

  std::string_view words_[max_words];
  u64 count_ = 0;
  char text_[max_bytes] = {};
};

}  // namespace shell
