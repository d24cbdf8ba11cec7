// SPDX-License-Identifier: MIT
// A command line in one string, cut into words as a shell does: at blanks, except between quotes.
// '...' and "..." may stand within a word; there are no other special characters.
#pragma once

#include <abi/error.hpp>
#include <span>
#include <string_view>

namespace run {

using base::u64;

class Words {
 public:
  static constexpr u64 max_words = 512;
  static constexpr u64 max_bytes = 8 * base::kib;

  constexpr Words() = default;
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  // Errors: bad_argument (a quote is not closed), too_big.
  abi::Status split(std::string_view line);
  // Words that others have cut already; they stay where they are.
  abi::Status take(std::span<char* const> words);

  [[nodiscard]] std::span<const std::string_view> view() const { return {words_, count_}; }

 private:
  abi::Status add(std::string_view word);

  std::string_view words_[max_words];
  u64 count_ = 0;
  char text_[max_bytes] = {};  // the words without their quotes
};

}  // namespace run
