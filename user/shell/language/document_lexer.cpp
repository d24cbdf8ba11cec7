// SPDX-License-Identifier: MIT
// Here-documents: <<END stands in a line, and the text behind that line, up to a line END.
#include <user/shell/language/growing.hpp>
#include <user/shell/language/lexer.hpp>

namespace shell {
namespace {

bool is_plain(const Word& word) {
  for (const Piece& piece : word.pieces)
    if (piece.is_quoted || piece.kind != PieceKind::text) return false;
  return true;
}

}  // namespace

Parsed<Word*> Lexer::expect_document(u64 at, const Word& end, bool is_indented) {
  TextBuilder text{arena_};
  for (const Piece& piece : end.pieces) {
    if (piece.kind != PieceKind::text) return mistake(Mistake::bad_document_end, at);
    text << piece.text;
  }
  Document* made = make<Document>(arena_);
  Word* word = make<Word>(arena_);
  if (made == nullptr || word == nullptr || !text.ok()) return mistake(Mistake::no_memory, at);
  *made = {.at = at,
           .end = text.take_view(),
           .is_literal = !is_plain(end),
           .is_indented = is_indented,
           .word = word};
  documents_.append(made);
  return word;
}

Parsed<void> Lexer::complete_later(std::string_view& source) {
  if (documents_.empty()) return {};
  auto* made = make<Incomplete>(arena_);
  if (made == nullptr) return mistake(Mistake::no_memory, at_);
  made->source = &source;
  incomplete_.append(made);
  return {};
}

// The next token is what shows that all commands of the line have been read.
Parsed<void> Lexer::end_line() {
  if (!is_behind_line_) return {};
  is_behind_line_ = false;
  for (Document& document : documents_) TRY(read_document(document));
  for (const Incomplete& one : incomplete_) TRY(complete(*one.source));
  documents_ = {};
  incomplete_ = {};
  return {};
}

Parsed<void> Lexer::read_document(Document& document) {
  const u64 start = at_;
  TextBuilder text{arena_};
  for (;;) {
    if (is_at_end()) return mistake(Mistake::open_document, document.at);
    std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
    at_ = std::min<u64>(at_ + line.size() + 1, text_.size());
    if (document.is_indented)
      line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    if (line == document.end) break;
    text << line << '\n';
  }
  document.source = text_.substr(start, at_ - start);
  if (!text.ok()) return mistake(Mistake::no_memory, document.at);
  return read_text(document, text.view());
}

Parsed<void> Lexer::read_text(Document& document, std::string_view text) {
  Word& word = *document.word;
  word.source = text;
  if (document.is_literal || text.empty()) {
    TRY(add_piece(word.pieces, PieceKind::text, text, true));
    return {};
  }
  Lexer inner{arena_, text, 0, depth_};
  const auto read = inner.read_pieces(Context::document, word.pieces);
  if (read.ok()) return {};
  SyntaxError error = read.error();
  // No further line can help: its text has ended.
  if (is_incomplete(error.what)) error.what = Mistake::bad_document;
  error.at = document.at;
  return error;
}

bool Lexer::stands_in_text(std::string_view source) const {
  return source.data() >= text_.data() && source.data() < text_.data() + text_.size();
}

Parsed<void> Lexer::complete(std::string_view& source) {
  if (!stands_in_text(source)) return {};  // it is complete
  const auto start = static_cast<u64>(source.data() - text_.data());
  const u64 end = start + source.size();
  TextBuilder text{arena_};
  text << source << '\n';
  for (const Document& document : documents_)
    if (document.at >= start && document.at < end) text << document.source;
  if (!text.ok()) return mistake(Mistake::no_memory, start);
  source = text.take_view();
  return {};
}

}  // namespace shell
