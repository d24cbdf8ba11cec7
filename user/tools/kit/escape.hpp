// SPDX-License-Identifier: MIT
// "\n" and the like.
#pragma once

#include <optional>
#include <string_view>

namespace kit {

// Takes what stands behind a backslash off the start of the text: a b f n r t v \ and up to three
// octal digits (after a zero, with `zero_first`, three more), with `hexadecimal` also x and two
// digits, and with `escape` e. Nothing: it is none of these, and nothing was taken.
struct EscapeForm {
  bool zero_first = false;
  bool hexadecimal = false;
  bool escape = false;
};
std::optional<char> take_escape(std::string_view& text, EscapeForm form = {});

}  // namespace kit
