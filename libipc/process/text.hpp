// SPDX-License-Identifier: MIT
// Text in the words of a request: first byte lowest, zero behind the end.
#pragma once

#include <abi/types.hpp>
#include <bit>
#include <cstring>
#include <string_view>

namespace ipc {

static_assert(std::endian::native == std::endian::little, "words are then bytes in order");

// `text` has at most `count` words; what is longer is the caller's mistake and is cut.
template <abi::u64 count>
constexpr void put_text(abi::u64 (&words)[count], std::string_view text) {
  const auto length = text.size() < sizeof(words) ? text.size() : sizeof(words);
  std::memcpy(words, text.data(), length);
}

// Takes the next piece of at most `most` bytes off the start of the text.
constexpr std::string_view take_piece(std::string_view& text, abi::u64 most) {
  const std::string_view piece = text.substr(0, most);
  text.remove_prefix(piece.size());
  return piece;
}

}  // namespace ipc
