// SPDX-License-Identifier: MIT
#include <string_view>
#include <user/tools/kit/base64.hpp>

namespace kit {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void encode_base64(std::span<const u8> bytes, char (&letters)[4]) {
  base::u32 bits = 0;
  for (u64 i = 0; i < 3; ++i) bits = bits << 8 | (i < bytes.size() ? bytes[i] : 0U);
  for (u64 i = 0; i < 4; ++i)
    letters[i] = i <= bytes.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
}

std::optional<u8> base64_value(char letter) {
  const auto at = alphabet.find(letter);
  return at == alphabet.npos ? std::nullopt : std::optional{static_cast<u8>(at)};
}

}  // namespace kit
