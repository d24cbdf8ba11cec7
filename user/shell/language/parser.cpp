// SPDX-License-Identifier: MIT
#include <user/shell/language/characters.hpp>
#include <user/shell/language/parser.hpp>

namespace shell {
namespace {

bool ends_sequence(const Token& token) {
  if (token.kind == TokenKind::end || token.kind == TokenKind::close ||
      token.kind == TokenKind::double_semicolon)
    return true;
  const std::string_view text = bare_text(token);
  for (const std::string_view word : {"then", "else", "elif", "fi", "do", "done", "esac", "}"})
    if (text == word) return true;
  return false;
}

RedirectionKind redirection_of(TokenKind kind) {
  if (kind == TokenKind::less) return RedirectionKind::read;
  if (kind == TokenKind::greater) return RedirectionKind::write;
  if (kind == TokenKind::append) return RedirectionKind::append;
  if (kind == TokenKind::document || kind == TokenKind::document_indented)
    return RedirectionKind::document;
  if (kind == TokenKind::text) return RedirectionKind::text;
  return kind == TokenKind::both ? RedirectionKind::both : RedirectionKind::duplicate;
}

// Which stream is meant where no number says it.
u32 stream_of(RedirectionKind kind, TokenKind token) {
  const bool is_input = kind == RedirectionKind::read || kind == RedirectionKind::document ||
                        kind == RedirectionKind::text || token == TokenKind::less_and;
  return is_input ? 0 : 1;
}

}  // namespace

bool is_redirection(TokenKind kind) {
  return kind == TokenKind::less || kind == TokenKind::greater || kind == TokenKind::append ||
         kind == TokenKind::less_and || kind == TokenKind::greater_and || kind == TokenKind::both ||
         kind == TokenKind::document || kind == TokenKind::document_indented ||
         kind == TokenKind::text || kind == TokenKind::stream_number;
}

std::string_view bare_text(const Token& token) {
  if (token.kind != TokenKind::word) return {};
  const Piece* piece = token.word->pieces.first;
  if (piece == nullptr || piece->next != nullptr || piece->is_quoted) return {};
  return piece->kind == PieceKind::text ? piece->text : std::string_view{};
}

SyntaxError Parser::unexpected(const Token& token, std::string_view wanted) {
  const bool is_end = token.kind == TokenKind::end;
  return {.what = is_end ? Mistake::unexpected_end : Mistake::unexpected,
          .at = token.at,
          .token = token.text,
          .wanted = wanted};
}

Parsed<Token> Parser::peek() {
  if (!has_token_) token_ = TRY(lexer_.next());
  has_token_ = true;
  return token_;
}

void Parser::take() {
  has_token_ = false;
  last_end_ = token_.at + token_.text.size();
}

Parsed<void> Parser::skip_newlines() {
  while (TRY(peek()).kind == TokenKind::newline) take();
  return {};
}

Parsed<void> Parser::expect(std::string_view word) {
  const Token token = TRY(peek());
  if (bare_text(token) != word) return unexpected(token, word);
  take();
  return {};
}

Parsed<void> Parser::expect(TokenKind kind, std::string_view spelling) {
  const Token token = TRY(peek());
  if (token.kind != kind) return unexpected(token, spelling);
  take();
  return {};
}

Parsed<Sequence> Parser::next_line() {
  const auto line = TRY(sequence(Extent::one_line));
  const Token token = TRY(peek());
  if (token.kind != TokenKind::newline && token.kind != TokenKind::end) return unexpected(token);
  take();
  TRY(lexer_.end_line());
  return line;
}

Parsed<u64> Parser::up_to_parenthesis() {
  TRY(sequence(Extent::all));
  const Token token = TRY(peek());
  if (token.kind == TokenKind::close) return token.at;
  if (token.kind != TokenKind::end) return unexpected(token);
  return SyntaxError{.what = Mistake::open_parenthesis, .at = token.at};
}

Parsed<u64> find_end_of_commands(Arena& arena, std::string_view text, u64 at, u32 depth) {
  // Only the place is wanted: whoever runs the commands parses them again.
  const Rewound rewound{arena};
  Parser parser{arena, text, at, depth};
  auto end = parser.up_to_parenthesis();
  return end;
}

Parsed<Sequence> Parser::sequence(Extent extent) {
  Sequence result;
  for (;;) {
    if (extent == Extent::all) TRY(skip_newlines());
    const Token token = TRY(peek());
    if (ends_sequence(token) || token.kind == TokenKind::newline) return result;
    AndOr* item = TRY(and_or());
    result.append(item);
    const TokenKind kind = TRY(peek()).kind;
    item->in_background = kind == TokenKind::background;
    if (kind == TokenKind::background || kind == TokenKind::semicolon)
      take();
    else if (kind != TokenKind::newline)
      return result;
  }
}

Parsed<AndOr*> Parser::and_or() {
  AndOr* item = TRY(make<AndOr>());
  const u64 start = TRY(peek()).at;
  auto connector = Connector::first;
  for (;;) {
    Pipeline* next = TRY(pipeline());
    next->connector = connector;
    item->pipelines.append(next);
    TRY(set_source(item->source, start));
    const TokenKind kind = TRY(peek()).kind;
    if (kind != TokenKind::and_and && kind != TokenKind::or_or) return item;
    connector = kind == TokenKind::and_and ? Connector::on_success : Connector::on_failure;
    take();
    TRY(skip_newlines());
  }
}

Parsed<Pipeline*> Parser::pipeline() {
  Pipeline* line = TRY(make<Pipeline>());
  const u64 start = TRY(peek()).at;
  for (;;) {
    const std::string_view text = bare_text(TRY(peek()));
    if (text == "!")
      line->is_negated = !line->is_negated;
    else if (text == "time")
      line->is_timed = true;
    else
      break;
    take();
  }
  for (;;) {
    line->commands.append(TRY(command()));
    TRY(set_source(line->source, start));
    if (TRY(peek()).kind != TokenKind::pipe) return line;
    take();
    TRY(skip_newlines());
  }
}

Parsed<Command*> Parser::command() {
  Command* made = TRY(make<Command>());
  const Token first = TRY(peek());
  if (TRY(compound(*made, first))) {
    while (is_redirection(TRY(peek()).kind)) TRY(redirection(*made));
  } else {
    TRY(simple(*made));
  }
  TRY(set_source(made->source, first.at));
  return made;
}

Parsed<void> Parser::simple(Command& command) {
  const u64 start = TRY(peek()).at;
  for (;;) {
    const Token token = TRY(peek());
    if (is_redirection(token.kind)) {
      TRY(redirection(command));
    } else if (token.kind == TokenKind::open && command.words.first == command.words.last &&
               !command.words.empty() && source_from(start) == command.words.first->source) {
      return function(command);
    } else if (!TRY(word_of_simple(command, token))) {
      break;
    }
  }
  const bool is_empty =
      command.words.empty() && command.assignments.empty() && command.redirections.empty();
  if (!is_empty) return {};
  const Token token = TRY(peek());
  if (token.kind == TokenKind::end) return unexpected(token);
  return SyntaxError{
      .what = token.kind == TokenKind::newline ? Mistake::no_command : Mistake::unexpected,
      .at = token.at,
      .token = token.text};
}

// NAME=value before the first word, or a word. False: it is neither.
Parsed<bool> Parser::word_of_simple(Command& command, const Token& token) {
  if (token.kind != TokenKind::word) return false;
  take();
  Piece* piece = token.word->pieces.first;
  const bool may_assign = command.words.empty() && piece != nullptr && !piece->is_quoted &&
                          piece->kind == PieceKind::text;
  const u64 length = may_assign ? name_length(piece->text) : 0;
  if (length == 0 || length == piece->text.size() || piece->text[length] != '=') {
    command.words.append(token.word);
    return true;
  }
  auto* assignment = TRY(make<Assignment>());
  assignment->name = piece->text.substr(0, length);
  piece->text.remove_prefix(length + 1);
  assignment->value = token.word;
  command.assignments.append(assignment);
  return true;
}

Parsed<void> Parser::redirection(Command& command) {
  auto* made = TRY(make<Redirection>());
  Token token = TRY(peek());
  const bool has_number = token.kind == TokenKind::stream_number;
  if (has_number) {
    if (token.text.size() != 1) return SyntaxError{.what = Mistake::bad_stream, .at = token.at};
    made->number = static_cast<u32>(token.text[0] - '0');
    take();
    token = TRY(peek());
  }
  made->kind = redirection_of(token.kind);
  if (!has_number) made->number = stream_of(made->kind, token.kind);
  take();
  TRY(target_of(*made, token));
  command.redirections.append(made);
  return {};
}

Parsed<void> Parser::target_of(Redirection& redirection, const Token& operation) {
  const Token target = TRY(peek());
  if (target.kind != TokenKind::word && target.kind != TokenKind::stream_number)
    return SyntaxError{
        .what = target.kind == TokenKind::end ? Mistake::unexpected_end : Mistake::no_target,
        .at = target.at};
  redirection.target = target.word;
  if (redirection.kind == RedirectionKind::document)
    redirection.target = TRY(lexer_.expect_document(
        operation.at, *target.word, operation.kind == TokenKind::document_indented));
  take();
  return {};
}

}  // namespace shell
