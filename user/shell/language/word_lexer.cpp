// SPDX-License-Identifier: MIT
// Words: text, quotes and backslashes.
#include <user/shell/language/characters.hpp>
#include <user/shell/language/growing.hpp>
#include <user/shell/language/lexer.hpp>

namespace shell {

// What is not just itself here.
bool Lexer::is_special(Context context, char c) {
  if (c == '\\' || c == '$' || c == '`') return true;
  if (c == '"') return context != Context::document;
  switch (context) {
    case Context::word: return c == '\'' || ends_word(c);
    case Context::quotes:
    case Context::document: return false;
    case Context::braces: return c == '\'' || c == '}';
    case Context::quoted_braces: return c == '}';
    case Context::arithmetic: return c == '(' || c == ')';
  }
  return false;
}

Parsed<Piece*> Lexer::add_piece(List<Piece>& pieces, PieceKind kind, std::string_view text,
                                bool is_quoted) {
  Piece* piece = make<Piece>(arena_);
  if (piece == nullptr) return mistake(Mistake::no_memory, at_);
  piece->kind = kind;
  piece->text = text;
  piece->is_quoted = is_quoted;
  pieces.append(piece);
  return piece;
}

// Up to what ends them, which stays where it is. Whoever wants it there looks for it.
Parsed<void> Lexer::read_pieces(Context context, List<Piece>& pieces) {
  u64 open = 0;  // parentheses of arithmetic
  for (;;) {
    const u64 start = at_;
    while (!is_at_end() && !is_special(context, text_[at_])) ++at_;
    if (at_ != start)
      TRY(add_piece(pieces, PieceKind::text, text_.substr(start, at_ - start), is_quoted(context)));
    if (is_at_end()) return {};
    const char c = text_[at_];
    if (context == Context::word && ends_word(c)) return {};
    if (context == Context::quotes && c == '"') return {};
    if (c == '}') return {};
    if (c == '(' || c == ')') {
      if (!TRY(read_parenthesis(open, pieces))) return {};
    } else {
      TRY(read_special(context, pieces));
    }
  }
}

// False: it ends the arithmetic.
Parsed<bool> Lexer::read_parenthesis(u64& open, List<Piece>& pieces) {
  if (text_[at_] == '(')
    ++open;
  else if (open == 0)
    return false;
  else
    --open;
  TRY(add_piece(pieces, PieceKind::text, text_.substr(at_++, 1), true));
  return true;
}

Parsed<void> Lexer::read_special(Context context, List<Piece>& pieces) {
  switch (text_[at_]) {
    case '\'': return read_single_quotes(pieces);
    case '"': return read_double_quotes(pieces);
    case '\\': return read_backslash(context, pieces);
    case '$': return read_dollar(context, pieces);
    default: return read_backquotes(context, pieces);
  }
}

Parsed<void> Lexer::read_single_quotes(List<Piece>& pieces) {
  const u64 start = at_ + 1;
  const u64 end = text_.find('\'', start);
  if (end == text_.npos) return mistake(Mistake::open_single_quote, at_);
  TRY(add_piece(pieces, PieceKind::text, text_.substr(start, end - start), true));
  at_ = end + 1;
  return {};
}

Parsed<void> Lexer::read_double_quotes(List<Piece>& pieces) {
  const u64 start = at_++;
  const Piece* before = pieces.last;
  if (depth_ == max_depth) return mistake(Mistake::too_deep, start);
  ++depth_;
  const auto read = read_pieces(Context::quotes, pieces);
  --depth_;
  TRY(read);
  if (is_at_end()) return mistake(Mistake::open_double_quote, start);
  // Quotes around nothing are an empty word; a piece says so.
  if (pieces.last == before) TRY(add_piece(pieces, PieceKind::text, {}, true));
  ++at_;
  return {};
}

// The old way to write $(command). A backslash in it takes the meaning from what would end it or be
// expanded too early, and is gone when the command is read.
Parsed<void> Lexer::read_backquotes(Context context, List<Piece>& pieces) {
  const u64 start = at_++;
  TextBuilder text{arena_};
  while (!is_at_end() && text_[at_] != '`') {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const bool takes =
        c == '$' || c == '`' || c == '\\' || (c == '"' && context == Context::quotes);
    if (text_[at_] == '\\' && takes) ++at_;
    text << text_[at_++];
  }
  if (is_at_end()) return mistake(Mistake::open_backquote, start);
  if (!text.ok()) return mistake(Mistake::no_memory, start);
  ++at_;
  TRY(add_piece(pieces, PieceKind::command, text.take_view(), is_quoted(context)));
  return {};
}

// Within quotes a backslash is one, except before what it can take the meaning from.
Parsed<void> Lexer::read_backslash(Context context, List<Piece>& pieces) {
  if (at_ + 1 == text_.size()) return mistake(Mistake::trailing_backslash, at_);
  const char c = text_[at_ + 1];
  if (c == '\n') {
    joined_at_ = at_ += 2;
    return {};
  }
  const bool takes = !is_quoted(context) || c == '$' || c == '`' || c == '\\' ||
                     (c == '"' && context != Context::document) ||
                     (c == '}' && context == Context::quoted_braces);
  TRY(add_piece(pieces, PieceKind::text, text_.substr(takes ? at_ + 1 : at_, takes ? 1 : 2), true));
  at_ += 2;
  return {};
}

}  // namespace shell
