// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <libipc/text/name_pattern.hpp>
#include <user/shell/language/arithmetic.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/language/expander.hpp>
#include <user/shell/language/glob.hpp>

namespace shell {

Expanded<void> Expander::add(const Word& word) {
  is_splitting_ = true;
  ended_softly_ = false;
  TRY(whole(word));
  if (has_field_) end_field();
  return field_.ok() ? Expanded<void>{} : memory();
}

Expanded<void> Expander::add_whole(const Word& word) {
  fields_.push(TRY(text(word)));
  return {};
}

Expanded<std::span<const std::string_view>> Expander::words() const {
  if (!fields_.ok()) return memory();
  return std::span<const std::string_view>{fields_.items()};
}

Expanded<std::string_view> Expander::text(const Word& word) {
  const std::string_view escaped = TRY(pattern(word));
  // It is this object's own memory.
  const std::span<char> text{const_cast<char*>(escaped.data()), escaped.size()};
  return std::string_view{text.data(), ipc::remove_escapes(text)};
}

Expanded<std::string_view> Expander::pattern(const Word& word) {
  is_splitting_ = false;
  TRY(whole(word));
  has_field_ = false;
  if (!field_.ok()) return memory();
  return field_.take_view();
}

Expanded<void> Expander::whole(const Word& word) {
  const bool has_home = put_home(word);
  for (const Piece& piece : word.pieces) {
    if (has_home && &piece == word.pieces.first)
      put_text(piece.text.substr(1), false);
    else
      TRY(expand(piece));
  }
  return {};
}

// ~ and ~/path at the start of a word. False: it is nothing like that.
bool Expander::put_home(const Word& word) {
  const Piece* first = word.pieces.first;
  if (first == nullptr || first->is_quoted || first->kind != PieceKind::text) return false;
  const bool is_alone = first->text == "~" && first->next == nullptr;
  if (!is_alone && !first->text.starts_with("~/")) return false;
  const auto home = surroundings_.value_of("HOME");
  if (home.has_value()) put_text(*home, true);
  return home.has_value();
}

Expanded<void> Expander::expand(const Piece& piece) {
  switch (piece.kind) {
    case PieceKind::text:
      // What stands for a value is cut as the value would be.
      if (is_value_)
        put_value(piece.text, piece.is_quoted);
      else
        put_text(piece.text, piece.is_quoted);
      return {};
    case PieceKind::parameter: return parameter(piece);
    case PieceKind::command: return command(piece);
    case PieceKind::arithmetic: return arithmetic(piece);
  }
  return {};
}

Expanded<void> Expander::command(const Piece& piece) {
  const auto output = surroundings_.output_of(piece.text);
  if (!output.has_value()) return ExpandError{.what = Failure::not_run};
  put_value(without_trailing_newlines(*output), piece.is_quoted);
  return {};
}

Expanded<void> Expander::arithmetic(const Piece& piece) {
  Expander inner{arena_, surroundings_};
  const std::string_view expression = TRY(inner.text(*piece.argument));
  const i64 value = TRY(evaluate(expression, surroundings_));
  base::Text<24> text;
  text << value;
  put_value(text.view(), piece.is_quoted);
  return {};
}

void Expander::put(char c, bool is_quoted) {
  // A backslash here is one that was quoted, or stands in a value.
  if (c == '\\' || (is_quoted && is_pattern_character(c))) field_ << '\\';
  field_ << c;
  has_field_ = true;
}

void Expander::put_text(std::string_view text, bool is_quoted) {
  for (const char c : text) put(c, is_quoted);
  has_field_ = true;
}

void Expander::put_value(std::string_view text, bool is_quoted) {
  if (is_quoted || !is_splitting_)
    put_text(text, is_quoted);
  else
    split(text);
}

// Blanks, any number of them, end a word; each other separator ends one, perhaps an empty one.
void Expander::split(std::string_view text) {
  const std::string_view ends = surroundings_.value_of("IFS").value_or(" \t\n");
  for (const char c : text) {
    if (ends.find(c) == ends.npos) {
      put(c, false);
      ended_softly_ = false;
    } else if (is_blank(c) || c == '\n') {
      if (!has_field_) continue;
      end_field();
      ended_softly_ = true;
    } else {
      if (has_field_ || !ended_softly_) end_field();
      ended_softly_ = false;
    }
  }
}

void Expander::end_field() {
  has_field_ = false;
  if (surroundings_.finds_files() && ipc::has_wildcards(field_.view())) {
    const u64 before = fields_.size();
    glob(arena_, surroundings_, field_.view(), fields_);
    if (fields_.size() != before) {
      field_.shrink(0);
      return;
    }
  }
  const std::span<char> text = field_.take();
  fields_.push(std::string_view{text.data(), ipc::remove_escapes(text)});
}

}  // namespace shell
