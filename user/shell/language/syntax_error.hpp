// SPDX-License-Identifier: MIT
// What is wrong with a command line, and where.
#pragma once

#include <base/result.hpp>
#include <base/text.hpp>
#include <user/shell/language/memory.hpp>

namespace shell {

enum class Mistake : u8 {
  none,
  no_memory,
  too_deep,
  open_single_quote,
  open_double_quote,
  open_backquote,
  open_brace,
  open_parenthesis,
  open_arithmetic,
  trailing_backslash,
  bad_parameter,
  bad_name,
  bad_stream,
  open_document,
  bad_document,
  bad_document_end,
  unexpected,
  unexpected_end,
  no_command,
  no_target,
};

struct SyntaxError {
  Mistake what = Mistake::none;
  u64 at = 0;               // where in the text
  std::string_view token;   // what stands there
  std::string_view wanted;  // what should stand there; empty: any of several things

  friend constexpr bool operator==(const SyntaxError&, const SyntaxError&) = default;
};

template <class T>
using Parsed = base::Result<T, SyntaxError>;

// Another line could make it right.
constexpr bool is_incomplete(Mistake what) {
  return what == Mistake::open_single_quote || what == Mistake::open_double_quote ||
         what == Mistake::open_backquote || what == Mistake::open_brace ||
         what == Mistake::open_parenthesis || what == Mistake::open_arithmetic ||
         what == Mistake::trailing_backslash || what == Mistake::open_document ||
         what == Mistake::unexpected_end;
}

std::string_view sentence(Mistake what);

// "line 2, column 7: 'done' is not expected here"
void explain(base::TextWriter& out, const SyntaxError& error, std::string_view text);

}  // namespace shell
