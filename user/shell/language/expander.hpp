// SPDX-License-Identifier: MIT
// From words as they were typed to words as a command gets them: parameters and substitutions get
// their values, unquoted values are cut at blanks, patterns become the names of files.
//
// While a word is put together it is a pattern: what has been quoted has a backslash in front, if
// it could mean more than itself. So one text says both what stands there and what may match.
#pragma once

#include <user/shell/language/growing.hpp>
#include <user/shell/language/surroundings.hpp>
#include <user/shell/language/syntax.hpp>

namespace shell {

class Expander {
 public:
  Expander(Arena& arena, Surroundings& surroundings)
      : arena_(arena), surroundings_(surroundings), fields_(arena), field_(arena) {}

  // Any number of words, behind those that there are.
  Expanded<void> add(const Word& word);
  // One word, without cutting and without files, behind them.
  Expanded<void> add_whole(const Word& word);
  [[nodiscard]] Expanded<std::span<const std::string_view>> words() const;

  // One text, without cutting and without files: of assignments and redirections.
  Expanded<std::string_view> text(const Word& word);
  // As a pattern: of case and ${name#pattern}.
  Expanded<std::string_view> pattern(const Word& word);

 private:
  Expanded<void> whole(const Word& word);
  Expanded<void> expand(const Piece& piece);
  bool put_home(const Word& word);

  // In parameter.cpp.
  Expanded<void> parameter(const Piece& piece);
  Expanded<void> all_parameters(const Piece& piece);
  Expanded<void> one_parameter(const Piece& piece, std::optional<std::string_view> value);
  Expanded<void> argument_instead(const Piece& piece);
  Expanded<void> cut(const Piece& piece, std::string_view value);
  std::optional<std::string_view> value_of(std::string_view name, std::span<char> room);

  Expanded<void> command(const Piece& piece);
  Expanded<void> arithmetic(const Piece& piece);

  void put(char c, bool is_quoted);
  void put_text(std::string_view text, bool is_quoted);
  // A value: split and matched if nothing quotes it.
  void put_value(std::string_view text, bool is_quoted);
  void split(std::string_view text);
  void end_field();
  static ExpandError memory() { return {.what = Failure::no_memory}; }

  Arena& arena_;
  Surroundings& surroundings_;
  Growing<std::string_view> fields_;
  TextBuilder field_;       // the word that is being put together
  bool has_field_ = false;  // there is one, even if it is empty
  bool is_splitting_ = false;
  bool is_value_ = false;      // the word of ${name-word}
  bool ended_softly_ = false;  // a blank has ended the last field: a separator behind it is none
};

}  // namespace shell
