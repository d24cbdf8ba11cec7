// SPDX-License-Identifier: MIT
// The options of a tool as a table, from which they are read and explained:
//
//   constinit bool all = false;
//   constinit u64 count = 10;
//   constexpr kit::Option options[] = {{'a', all, "hidden ones too"}, {'n', count, "N", "so
//   many"}}; constexpr kit::Usage usage{"tool", "[FILE...]", "Does something.", options};
//
// As usual, letters may stand together ("-an5" is "-a -n 5"), options may stand behind other words,
// and "--" ends them.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace kit {

using base::u64;

// Words of a command line, each ended by a zero byte.
using Words = std::span<char* const>;

// All values of an option that may stand there several times.
struct Values {
  static constexpr u64 most = 256;

  std::string_view texts[most];
  u64 count = 0;

  [[nodiscard]] std::span<const std::string_view> view() const { return {texts, count}; }
};

// A flag, or a letter with a text or a number behind it.
struct Option {
  char letter;
  bool* flag = nullptr;
  std::string_view* text = nullptr;
  Values* values = nullptr;
  u64* number = nullptr;
  bool* given = nullptr;    // becomes true with the text or number
  bool is_single = false;   // a second time is a mistake; without it the last value counts
  std::string_view value;   // what the value is called in the usage line
  std::string_view effect;  // for --help

  constexpr Option(char c, bool& set, std::string_view what)
      : letter(c), flag(&set), effect(what) {}
  constexpr Option(char c, std::string_view& set, std::string_view name, std::string_view what)
      : letter(c), text(&set), value(name), effect(what) {}
  constexpr Option(char c, Values& set, std::string_view name, std::string_view what)
      : letter(c), values(&set), value(name), effect(what) {}
  constexpr Option(char c, u64& set, std::string_view name, std::string_view what)
      : letter(c), number(&set), value(name), effect(what) {}

  constexpr Option also(bool& set) const {
    Option copy = *this;
    copy.given = &set;
    return copy;
  }
  // As `also`, for what nobody can mean twice.
  constexpr Option once(bool& set) const {
    Option copy = also(set);
    copy.is_single = true;
    return copy;
  }
};

inline constexpr u64 any_count = ~u64{0};

struct Usage {
  std::string_view name;
  std::string_view operands;  // for the usage line
  std::string_view sentence;
  std::span<const Option> options{};
  // How many operands there must be and may be.
  u64 least = 0;
  u64 most = any_count;
  // The first operand ends the options: what follows are another command's.
  bool has_command = false;
  // "-5" is "-n 5".
  bool takes_digits = false;
  // "-5" is an operand.
  bool takes_negative = false;
  // "-x" is an operand if the letter is one of these.
  std::string_view operand_letters{};
  // Options mean nothing to it: "-x" is an operand. "--help" is one only beside others.
  bool takes_anything = false;
};

enum class Mistake {
  none,
  no_such_option,
  value_missing,
  no_number,
  given_twice,
  too_many_values,
  too_few_operands,
  too_many_operands,
};

std::string_view sentence(Mistake mistake);

struct Parsed {
  Words operands;
  bool wants_help = false;
  Mistake mistake = Mistake::none;
  std::string_view what;  // that was wrong
};

// `words` without the program's name. Operands move to their front.
Parsed parse(const Usage& usage, std::span<char*> words);

}  // namespace kit
