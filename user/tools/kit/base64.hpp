// SPDX-License-Identifier: MIT
// Bytes as text of 64 letters (RFC 4648, section 4).
#pragma once

#include <base/units.hpp>
#include <optional>
#include <span>

namespace kit {

using base::u64;
using base::u8;

// Up to three bytes become four letters.
void encode_base64(std::span<const u8> bytes, char (&letters)[4]);

// The value of a letter.
std::optional<u8> base64_value(char letter);

}  // namespace kit
