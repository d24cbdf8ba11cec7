// SPDX-License-Identifier: MIT
// Numbers in arguments. Each function takes all of the text or answers nothing: what is not a
// number in full is none, and what does not fit into 64 bits is none either.
#pragma once

#include <base/units.hpp>
#include <optional>
#include <string_view>

namespace kit {

using base::u64;

std::optional<u64> parse_number(std::string_view text, unsigned base = 10);

// With a unit behind it: K M G T are powers of 1024 (as are KiB and so on), kB MB GB TB powers of
// 1000, b is a block of 512.
std::optional<u64> parse_size(std::string_view text);

// "2", "0.5", "1.5m": seconds, or with s, m, h, d those.
std::optional<u64> parse_nanoseconds(std::string_view text);

// Takes digits off the start of the text; nothing if there are none, or too many.
std::optional<u64> take_number(std::string_view& text, unsigned base = 10);

}  // namespace kit
