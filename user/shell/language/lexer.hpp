// SPDX-License-Identifier: MIT
// Cuts a command line into tokens: operators, and words with their quotes and dollars.
#pragma once

#include <user/shell/language/syntax.hpp>
#include <user/shell/language/syntax_error.hpp>

namespace shell {

enum class TokenKind : u8 {
  end,
  newline,
  word,
  stream_number,      // the 2 of 2>
  pipe,               // |
  or_or,              // ||
  and_and,            // &&
  background,         // &
  semicolon,          // ;
  double_semicolon,   // ;;
  open,               // (
  close,              // )
  less,               // <
  greater,            // >
  append,             // >>
  less_and,           // <&
  greater_and,        // >&
  both,               // &>
  document,           // <<
  document_indented,  // <<-
  text,               // <<<
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  u64 at = 0;
  Word* word = nullptr;
};

class Lexer {
 public:
  // Begins at `at`. `depth`: in how many commands and substitutions that is already.
  Lexer(Arena& arena, std::string_view text, u64 at, u32 depth)
      : arena_(arena), text_(text), at_(at), depth_(depth) {}

  Parsed<Token> next();
  // Behind a newline: moves behind the here-documents, too. The next token would as well.
  Parsed<void> end_line();

  // A here-document begins at `at`. Its text will stand in the word that comes back, when the end
  // of this line has been read.
  Parsed<Word*> expect_document(u64 at, const Word& end, bool is_indented);
  // A source that shall be understood by itself: the here-documents that begin in it, and whose
  // text stands behind it, are put there as soon as that has been read.
  Parsed<void> complete_later(std::string_view& source);

  // A backslash has joined the last line to one that is not there.
  [[nodiscard]] bool wants_line() const { return joined_at_ == text_.size() && !text_.empty(); }

  // Behind the last token.
  [[nodiscard]] u64 at() const { return at_; }
  [[nodiscard]] Arena& arena() { return arena_; }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  // Where pieces of a word stand, and so what ends them.
  enum class Context : u8 {
    word,           // a blank or an operator
    quotes,         // "
    braces,         // } of ${name-word}
    quoted_braces,  // the same within quotes
    arithmetic,     // ))
    document,       // the end of the text
  };
  static bool is_quoted(Context context) {
    return context != Context::word && context != Context::braces;
  }
  static bool is_special(Context context, char c);

  [[nodiscard]] bool is_at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_).starts_with(what);
  }
  [[nodiscard]] SyntaxError mistake(Mistake what, u64 at) const { return {.what = what, .at = at}; }

  void skip_blanks();
  Parsed<Token> read_operator();
  Parsed<Token> read_word();

  // In word_lexer.cpp.
  Parsed<void> read_pieces(Context context, List<Piece>& pieces);
  Parsed<Piece*> add_piece(List<Piece>& pieces, PieceKind kind, std::string_view text,
                           bool is_quoted);
  Parsed<void> read_special(Context context, List<Piece>& pieces);
  Parsed<void> read_single_quotes(List<Piece>& pieces);
  Parsed<void> read_double_quotes(List<Piece>& pieces);
  Parsed<void> read_backquotes(Context context, List<Piece>& pieces);
  Parsed<void> read_backslash(Context context, List<Piece>& pieces);
  Parsed<bool> read_parenthesis(u64& open, List<Piece>& pieces);

  // In dollar_lexer.cpp: what a dollar begins.
  Parsed<void> read_dollar(Context context, List<Piece>& pieces);
  Parsed<void> read_command(bool is_quoted, List<Piece>& pieces);
  Parsed<void> read_arithmetic(bool is_quoted, List<Piece>& pieces);
  Parsed<void> read_braces(bool is_quoted, List<Piece>& pieces);
  Parsed<std::string_view> read_parameter_name();
  void read_braces_operator(Piece& piece);
  Parsed<Word*> read_argument(Context context, Mistake if_open, u64 start);

  // In document_lexer.cpp.
  struct Document {
    Document* next = nullptr;
    u64 at = 0;
    std::string_view end;  // the line that ends it
    bool is_literal = false;
    bool is_indented = false;
    Word* word = nullptr;
    std::string_view source;  // its lines, with the last one
  };
  struct Incomplete {
    Incomplete* next = nullptr;
    std::string_view* source = nullptr;
  };
  Parsed<void> read_document(Document& document);
  Parsed<void> read_text(Document& document, std::string_view text);
  Parsed<void> complete(std::string_view& source);
  [[nodiscard]] bool stands_in_text(std::string_view source) const;

  Arena& arena_;
  std::string_view text_;
  u64 at_;
  u32 depth_;
  bool is_behind_line_ = false;
  u64 joined_at_ = 0;         // behind the last backslash and newline that was skipped
  List<Document> documents_;  // whose text is still to come
  List<Incomplete> incomplete_;
};

// Where the ')' stands that ends the commands from `at` on. (The parser's; a command within a word
// is one of any kind.)
Parsed<u64> find_end_of_commands(Arena& arena, std::string_view text, u64 at, u32 depth);

}  // namespace shell
