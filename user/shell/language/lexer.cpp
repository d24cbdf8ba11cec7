// SPDX-License-Identifier: MIT
#include <user/shell/language/characters.hpp>
#include <user/shell/language/lexer.hpp>

namespace shell {
namespace {

struct Spelling {
  std::string_view text;
  TokenKind kind;
};

// The longest ones first.
constexpr Spelling operators[] = {
    {"<<<", TokenKind::text},       {"<<-", TokenKind::document_indented},
    {"<<", TokenKind::document},    {"&&", TokenKind::and_and},
    {"||", TokenKind::or_or},       {";;", TokenKind::double_semicolon},
    {">>", TokenKind::append},      {"<&", TokenKind::less_and},
    {">&", TokenKind::greater_and}, {"&>", TokenKind::both},
    {">|", TokenKind::greater},     {"\n", TokenKind::newline},
    {"|", TokenKind::pipe},         {"&", TokenKind::background},
    {";", TokenKind::semicolon},    {"(", TokenKind::open},
    {")", TokenKind::close},        {"<", TokenKind::less},
    {">", TokenKind::greater},
};

// A comment begins where a word could, and ends before the end of the line.
u64 end_of_line(std::string_view text, u64 at) {
  while (at < text.size() && text[at] != '\n') ++at;
  return at;
}

}  // namespace

void Lexer::skip_blanks() {
  while (!is_at_end()) {
    if (is_blank(text_[at_]))
      ++at_;
    else if (looking_at("\\\n"))
      joined_at_ = at_ += 2;
    else
      break;
  }
  if (!is_at_end() && text_[at_] == '#') at_ = end_of_line(text_, at_);
}

Parsed<Token> Lexer::next() {
  TRY(end_line());
  skip_blanks();
  if (is_at_end()) {
    if (!documents_.empty()) return mistake(Mistake::open_document, documents_.first->at);
    return Token{.kind = TokenKind::end, .at = at_};
  }
  if (!ends_word(text_[at_])) return read_word();
  const Token token = TRY(read_operator());
  is_behind_line_ = token.kind == TokenKind::newline;
  return token;
}

Parsed<Token> Lexer::read_operator() {
  for (const auto& one : operators) {
    if (!looking_at(one.text)) continue;
    const Token token{.kind = one.kind, .text = text_.substr(at_, one.text.size()), .at = at_};
    at_ += one.text.size();
    return token;
  }
  return mistake(Mistake::unexpected, at_);
}

Parsed<Token> Lexer::read_word() {
  const u64 start = at_;
  Word* word = make<Word>(arena_);
  if (word == nullptr) return mistake(Mistake::no_memory, start);
  TRY(read_pieces(Context::word, word->pieces));
  word->source = text_.substr(start, at_ - start);

  // Digits right before < or > are a stream's number.
  bool is_number = !is_at_end() && (text_[at_] == '<' || text_[at_] == '>');
  for (const char c : word->source) is_number = is_number && is_digit(c);
  const TokenKind kind = is_number ? TokenKind::stream_number : TokenKind::word;
  return Token{.kind = kind, .text = word->source, .at = start, .word = word};
}

}  // namespace shell
