// SPDX-License-Identifier: MIT
#include <user/shell/language/syntax_error.hpp>

namespace shell {

std::string_view sentence(Mistake what) {
  switch (what) {
    case Mistake::none: return "nothing is wrong";
    case Mistake::no_memory: return "there is no memory for a command as long as this";
    case Mistake::too_deep: return "too many commands stand in each other";
    case Mistake::open_single_quote: return "the quote ' is not closed";
    case Mistake::open_double_quote: return "the quote \" is not closed";
    case Mistake::open_backquote: return "the ` is not closed";
    case Mistake::open_brace: return "${ is not closed";
    case Mistake::open_parenthesis: return "$( is not closed";
    case Mistake::open_arithmetic: return "$(( is not closed";
    case Mistake::trailing_backslash: return "nothing follows the backslash";
    case Mistake::bad_parameter: return "${ } does not name a variable and what to do with it";
    case Mistake::bad_name: return "this is no name of a variable or function";
    case Mistake::bad_stream: return "streams have the numbers 0 to 9";
    case Mistake::open_document: return "the line that ends the text of << is missing";
    case Mistake::bad_document: return "something in the text of << is not closed";
    case Mistake::bad_document_end: return "a text ends << END, and nothing that has a $";
    case Mistake::unexpected: return "is not expected here";
    case Mistake::unexpected_end: return "the command is not complete";
    case Mistake::no_command: return "a command is missing";
    case Mistake::no_target: return "a file's name is missing";
  }
  return "something is wrong";
}

void explain(base::TextWriter& out, const SyntaxError& error, std::string_view text) {
  u64 line = 1;
  u64 column = 1;
  for (const char c : text.substr(0, error.at)) {
    ++column;
    if (c != '\n') continue;
    ++line;
    column = 1;
  }
  out << "line " << line << ", column " << column << ": ";
  if (error.what == Mistake::unexpected) {
    if (error.token.empty())
      out << "the end";
    else if (error.token == "\n")
      out << "the end of the line";
    else
      out << '\'' << error.token << '\'';
    out << ' ';
  }
  out << sentence(error.what);
  if (!error.wanted.empty()) out << "; '" << error.wanted << "' is";
  if (error.what == Mistake::unexpected_end && !error.wanted.empty()) out << " missing";
}

}  // namespace shell
