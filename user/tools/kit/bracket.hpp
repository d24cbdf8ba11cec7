// SPDX-License-Identifier: MIT
// "[a-z_[:digit:]]": a set of bytes as regular expressions and patterns of names write it.
#pragma once

#include <user/tools/kit/byte_set.hpp>

namespace kit {

enum class BracketFault { none, open, range, name };

// Takes it off the start of `text`, which begins behind the "[". `complements`: what in front of
// all else means every other byte, '^' or '!' or both.
BracketFault take_bracket(std::string_view& text, std::string_view complements, ByteSet& set);

}  // namespace kit
