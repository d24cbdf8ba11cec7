// SPDX-License-Identifier: MIT
// getopts: options of a script or function, one at each call (POSIX.1-2017, 2.14 and getopts).
#include <user/shell/builtins/builtin.hpp>

namespace shell::builtin {
namespace {

constexpr std::string_view index_variable = "OPTIND";
constexpr std::string_view argument_variable = "OPTARG";

// Where the next option stands: a word, counted from 1, and a character in it.
struct Place {
  u64 word = 1;
  u64 character = 1;

  void next_word() { *this = {.word = word + 1, .character = 1}; }
};

struct Found {
  char option = '?';
  std::optional<std::string_view> argument;
};

// Between calls the character is remembered, unless somebody has chosen another word meanwhile.
Place place_in(const Shell& shell) {
  Place place;
  place.word = number_in(shell.variables.find(index_variable).value_or("1")).value_or(1);
  if (place.word == 0) place.word = 1;
  if (place.word == shell.option_word) place.character = shell.option_character;
  return place;
}

bool remember(Shell& shell, const Place& place) {
  shell.option_word = place.word;
  shell.option_character = place.character;
  base::Text<24> number;
  number << place.word;
  return shell.variables.set(index_variable, number.view());
}

// No word, or one that is no option. It moves behind a "--".
bool is_end(Words words, Place& place) {
  if (place.word > words.size()) return true;
  const std::string_view word = words[place.word - 1];
  if (place.character > 1 && place.character < word.size()) return false;
  place.character = 1;
  if (word == "--") place.next_word();
  return word.size() < 2 || word[0] != '-' || word == "--";
}

// What stands at the place, which moves on. `known`: the letters, each with a ':' if it takes an
// argument.
Found take(Shell& shell, std::string_view known, Words words, Place& place) {
  const bool is_silent = known.starts_with(':');
  const std::string_view word = words[place.word - 1];
  const char letter = word[place.character++];
  const std::string_view rest = word.substr(place.character);
  if (rest.empty()) place.next_word();

  const u64 at = letter == ':' ? known.npos : known.find(letter);
  const auto refuse = [&](char kind, std::string_view why) {
    if (is_silent)
      return Found{.option = kind, .argument = word.substr(word.size() - rest.size() - 1, 1)};
    shell.complain(std::string_view{&letter, 1}, why);
    return Found{};
  };
  if (at == known.npos) return refuse('?', "there is no such option");
  if (at + 1 == known.size() || known[at + 1] != ':') return {.option = letter};
  if (!rest.empty()) {
    place.next_word();
    return {.option = letter, .argument = rest};
  }
  if (place.word > words.size()) return refuse(':', "this option needs an argument");
  const std::string_view argument = words[place.word - 1];
  place.next_word();
  return {.option = letter, .argument = argument};
}

}  // namespace

int getopts(Shell& shell, Words words) {
  if (words.size() < 3) return wrong_use(shell, words);
  const Words options = words.size() > 3 ? words.subspan(3) : shell.arguments;
  Place place = place_in(shell);
  const bool is_over = is_end(options, place);
  const Found found = is_over ? Found{} : take(shell, words[1], options, place);
  shell.variables.remove(argument_variable);
  const bool is_set =
      remember(shell, place) && shell.variables.set(words[2], {&found.option, 1}) &&
      (!found.argument.has_value() || shell.variables.set(argument_variable, *found.argument));
  if (!is_set) return shell::fail(shell, words, words[2], "there is no room for variables left");
  return is_over ? 1 : 0;
}

}  // namespace shell::builtin
