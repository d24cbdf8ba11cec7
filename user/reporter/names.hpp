// SPDX-License-Identifier: MIT
// Names as people write them.
#pragma once

#include <base/text.hpp>

namespace reporter {

// Appends a function's name: `a::b::f` for a mangled one that is made of plain names (Itanium C++
// ABI, <nested-name> and <unscoped-name>); any other as it is, so nothing is guessed of templates
// and operators. What is no printable ASCII becomes a dot.
void write_name(base::TextWriter& out, std::string_view symbol);

// Any text, with dots for what a terminal might obey.
void write_printable(base::TextWriter& out, std::string_view text);

}  // namespace reporter
