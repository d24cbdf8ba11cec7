// SPDX-License-Identifier: MIT
// A command line as the parser understands it. All of it stands in an arena; its texts are parts of
// the source.
//
//   Sequence   a && b; c &          a list of AndOr
//   AndOr      a && b               a list of Pipelines, each joined to the one before
//   Pipeline   ! a | b              a list of Commands
//   Command    x=1 name word >file  or if, while, until, for, case, { }, ( ), name()
//   Word       a"b $c"$(d)          a list of Pieces
#pragma once

#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell {

// Items that know the next one.
template <class T>
struct List {
  T* first = nullptr;
  T* last = nullptr;

  void append(T* item) {
    (first == nullptr ? first : last->next) = item;
    last = item;
  }
  [[nodiscard]] bool empty() const { return first == nullptr; }

  struct Iterator {
    T* at;
    T& operator*() const { return *at; }
    Iterator& operator++() {
      at = at->next;
      return *this;
    }
    bool operator==(const Iterator&) const = default;
  };
  [[nodiscard]] Iterator begin() const { return {first}; }
  [[nodiscard]] Iterator end() const { return {nullptr}; }
};

struct Word;

enum class PieceKind : u8 {
  text,        // as it stands
  parameter,   // $name, ${name}, ${name:-word}
  command,     // $(source)
  arithmetic,  // $((argument))
};

// What ${name...} does with the value.
enum class Operator : u8 {
  none,
  or_default,          // ${name-word}
  or_assign,           // ${name=word}
  or_fail,             // ${name?word}
  and_alternative,     // ${name+word}
  length,              // ${#name}
  cut_prefix,          // ${name#pattern}
  cut_longest_prefix,  // ${name##pattern}
  cut_suffix,          // ${name%pattern}
  cut_longest_suffix,  // ${name%%pattern}
};

struct Piece {
  Piece* next = nullptr;
  PieceKind kind = PieceKind::text;
  bool is_quoted = false;  // nothing in it is split, and no character means more than itself
  Operator op = Operator::none;
  bool empty_is_unset = false;  // the colon of ${name:-word}
  std::string_view text;        // or the parameter's name, or the command's source
  Word* argument = nullptr;
};

struct Word {
  Word* next = nullptr;
  List<Piece> pieces;
  std::string_view source;
};

struct Assignment {
  Assignment* next = nullptr;
  std::string_view name;
  Word* value = nullptr;
};

enum class RedirectionKind : u8 {
  read,       // <
  write,      // >
  append,     // >>
  duplicate,  // >&n, <&n; >&- closes
  both,       // &>file: output and errors
  document,   // <<END: the lines behind this one, up to END
  text,       // <<<word
};

struct Redirection {
  Redirection* next = nullptr;
  RedirectionKind kind = RedirectionKind::read;
  u32 number = 0;  // of the stream
  Word* target = nullptr;
};

struct AndOr;
using Sequence = List<AndOr>;

// A part of a compound command.
struct Branch {
  Branch* next = nullptr;
  Sequence test;        // of if, while and until; empty: else
  List<Word> patterns;  // of case
  Sequence body;
};

enum class CommandKind : u8 {
  simple,     // assignments, words
  group,      // { body; }
  subshell,   // ( body ): `body_source` too
  condition,  // if: branches
  loop,       // while and until: one branch
  each,       // for: name, words, one branch
  choice,     // case: words has the subject; branches
  function,   // name() body: `body_source`
};

struct Command {
  Command* next = nullptr;
  CommandKind kind = CommandKind::simple;
  bool is_until = false;
  bool has_words = false;  // of for: `in` was there; without it the parameters are meant
  std::string_view source;
  std::string_view name;
  std::string_view body_source;
  List<Assignment> assignments;
  List<Word> words;
  List<Branch> branches;
  List<Redirection> redirections;
};

enum class Connector : u8 { first, on_success, on_failure };

struct Pipeline {
  Pipeline* next = nullptr;
  Connector connector = Connector::first;
  bool is_negated = false;
  bool is_timed = false;
  std::string_view source;
  List<Command> commands;
};

struct AndOr {
  AndOr* next = nullptr;
  bool in_background = false;
  std::string_view source;
  List<Pipeline> pipelines;
};

// Compound commands and substitutions in each other: so many.
inline constexpr u32 max_depth = 24;

}  // namespace shell
