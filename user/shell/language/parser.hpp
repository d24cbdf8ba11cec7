// SPDX-License-Identifier: MIT
// Makes a Sequence of a command line. It descends into commands within commands, at most
// `max_depth` of them.
#pragma once

#include <user/shell/language/lexer.hpp>

namespace shell {

class Parser {
 public:
  // The text must stay as long as what is made of it.
  Parser(Arena& arena, std::string_view text, u64 at = 0, u32 depth = 0)
      : lexer_(arena, text, at, depth), depth_(depth) {}

  // The commands up to the end of the line on which the last one ends. Empty: nothing stood there.
  Parsed<Sequence> next_line();
  // Where the next line begins.
  [[nodiscard]] u64 at() const { return lexer_.at(); }
  [[nodiscard]] bool is_at_end() const { return at() >= lexer_.text().size(); }
  [[nodiscard]] bool wants_line() const { return lexer_.wants_line(); }

  // Everything up to the ')' that ends it. Where that stands.
  Parsed<u64> up_to_parenthesis();

 private:
  Parsed<Token> peek();
  void take();
  [[nodiscard]] std::string_view source_from(u64 start) const {
    return lexer_.text().substr(start, last_end_ - start);
  }
  Parsed<void> set_source(std::string_view& source, u64 start) {
    source = source_from(start);
    return lexer_.complete_later(source);
  }
  template <class T>
  Parsed<T*> make() {
    T* made = shell::make<T>(lexer_.arena());
    if (made == nullptr) return SyntaxError{.what = Mistake::no_memory, .at = lexer_.at()};
    return made;
  }
  static SyntaxError unexpected(const Token& token, std::string_view wanted = {});

  Parsed<void> skip_newlines();
  // A reserved word, which must stand here.
  Parsed<void> expect(std::string_view word);
  Parsed<void> expect(TokenKind kind, std::string_view spelling);

  enum class Extent : u8 { one_line, all };
  Parsed<Sequence> sequence(Extent extent);
  Parsed<AndOr*> and_or();
  Parsed<Pipeline*> pipeline();
  Parsed<Command*> command();
  Parsed<void> simple(Command& command);
  Parsed<bool> word_of_simple(Command& command, const Token& token);
  Parsed<void> redirection(Command& command);
  Parsed<void> target_of(Redirection& redirection, const Token& operation);

  // In compound_parser.cpp.
  Parsed<bool> compound(Command& command, const Token& first);
  Parsed<void> body_of(Command& command, std::string_view end);
  Parsed<Sequence> commands_before(std::string_view wanted);
  Parsed<void> condition(Command& command);
  Parsed<void> loop(Command& command);
  Parsed<void> each(Command& command);
  Parsed<void> choice(Command& command);
  Parsed<void> patterns(Branch& branch);
  Parsed<void> subshell(Command& command);
  Parsed<void> function(Command& command);

  Lexer lexer_;
  u32 depth_;
  Token token_;
  bool has_token_ = false;
  u64 last_end_ = 0;  // of the last token that was taken
};

// The text of a word that is nothing but text, without quotes; else empty. Only such words can be
// reserved ones.
std::string_view bare_text(const Token& token);
bool is_redirection(TokenKind kind);

}  // namespace shell
