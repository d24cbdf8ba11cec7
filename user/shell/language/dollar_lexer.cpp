// SPDX-License-Identifier: MIT
// What a dollar begins: $name, ${name-word}, $(commands), $((arithmetic)).
#include <user/shell/language/characters.hpp>
#include <user/shell/language/lexer.hpp>

namespace shell {
namespace {

bool is_pattern(Operator op) {
  return op == Operator::cut_prefix || op == Operator::cut_longest_prefix ||
         op == Operator::cut_suffix || op == Operator::cut_longest_suffix;
}

}  // namespace

Parsed<void> Lexer::read_dollar(Context context, List<Piece>& pieces) {
  const bool quoted = is_quoted(context);
  if (looking_at("$((")) return read_arithmetic(quoted, pieces);
  if (looking_at("$(")) return read_command(quoted, pieces);
  if (looking_at("${")) return read_braces(quoted, pieces);
  ++at_;
  const std::string_view rest = text_.substr(at_);
  u64 length = name_length(rest);
  if (length == 0 && !rest.empty() && (is_digit(rest[0]) || is_special_parameter(rest[0])))
    length = 1;
  // A dollar that names nothing is a dollar.
  const auto kind = length == 0 ? PieceKind::text : PieceKind::parameter;
  const auto text = length == 0 ? text_.substr(at_ - 1, 1) : rest.substr(0, length);
  TRY(add_piece(pieces, kind, text, quoted));
  at_ += length;
  return {};
}

Parsed<void> Lexer::read_command(bool is_quoted, List<Piece>& pieces) {
  const u64 start = at_ + 2;
  if (depth_ == max_depth) return mistake(Mistake::too_deep, at_);
  const u64 end = TRY(find_end_of_commands(arena_, text_, start, depth_ + 1));
  TRY(add_piece(pieces, PieceKind::command, text_.substr(start, end - start), is_quoted));
  at_ = end + 1;
  return {};
}

Parsed<void> Lexer::read_arithmetic(bool is_quoted, List<Piece>& pieces) {
  const u64 start = at_;
  at_ += 3;
  Word* argument = TRY(read_argument(Context::arithmetic, Mistake::open_arithmetic, start));
  if (!looking_at("))"))
    return mistake(at_ + 1 < text_.size() ? Mistake::unexpected : Mistake::open_arithmetic, start);
  at_ += 2;
  Piece* piece = TRY(add_piece(pieces, PieceKind::arithmetic, {}, is_quoted));
  piece->argument = argument;
  return {};
}

// ${name}, ${#name}, ${name-word} and its like.
Parsed<void> Lexer::read_braces(bool is_quoted, List<Piece>& pieces) {
  const u64 start = at_;
  at_ += 2;
  // ${#} is how many parameters there are; ${#name} is a length.
  const bool is_length = looking_at("#") && !looking_at("#}") && !looking_at("#-") &&
                         !looking_at("#:") && !looking_at("#?") && !looking_at("#+");
  if (is_length) ++at_;
  const std::string_view name = TRY(read_parameter_name());
  Piece* piece = TRY(add_piece(pieces, PieceKind::parameter, name, is_quoted));
  if (is_length)
    piece->op = Operator::length;
  else
    read_braces_operator(*piece);
  if (piece->op != Operator::none && piece->op != Operator::length) {
    // A pattern is one within quotes too, and has quotes of its own.
    const bool is_text = is_quoted && !is_pattern(piece->op);
    const Context context = is_text ? Context::quoted_braces : Context::braces;
    piece->argument = TRY(read_argument(context, Mistake::open_brace, start));
  }
  if (is_at_end()) return mistake(Mistake::open_brace, start);
  if (text_[at_] != '}') return mistake(Mistake::bad_parameter, start);
  ++at_;
  return {};
}

Parsed<std::string_view> Lexer::read_parameter_name() {
  const std::string_view rest = text_.substr(at_);
  u64 length = name_length(rest);
  while (length < rest.size() && is_digit(rest[length])) ++length;
  if (length == 0 && !rest.empty() && is_special_parameter(rest[0])) length = 1;
  if (rest.empty()) return mistake(Mistake::open_brace, at_);
  if (length == 0) return mistake(Mistake::bad_parameter, at_);
  at_ += length;
  return rest.substr(0, length);
}

void Lexer::read_braces_operator(Piece& piece) {
  constexpr struct {
    std::string_view text;
    Operator op;
  } spellings[] = {
      {"##", Operator::cut_longest_prefix},
      {"#", Operator::cut_prefix},
      {"%%", Operator::cut_longest_suffix},
      {"%", Operator::cut_suffix},
      {"-", Operator::or_default},
      {"=", Operator::or_assign},
      {"?", Operator::or_fail},
      {"+", Operator::and_alternative},
  };
  const bool has_colon = looking_at(":");
  const u64 start = at_ + (has_colon ? 1 : 0);
  for (const auto& one : spellings) {
    if (!text_.substr(start).starts_with(one.text)) continue;
    // A colon goes with those that ask whether there is a value.
    if (has_colon && (one.text[0] == '#' || one.text[0] == '%')) return;
    piece.op = one.op;
    piece.empty_is_unset = has_colon;
    at_ = start + one.text.size();
    return;
  }
}

Parsed<Word*> Lexer::read_argument(Context context, Mistake if_open, u64 start) {
  if (depth_ == max_depth) return mistake(Mistake::too_deep, start);
  Word* word = make<Word>(arena_);
  if (word == nullptr) return mistake(Mistake::no_memory, start);
  const u64 from = at_;
  ++depth_;
  const auto read = read_pieces(context, word->pieces);
  --depth_;
  TRY(read);
  if (is_at_end()) return mistake(if_open, start);
  word->source = text_.substr(from, at_ - from);
  return word;
}

}  // namespace shell
