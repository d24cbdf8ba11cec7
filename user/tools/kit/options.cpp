// SPDX-License-Identifier: MIT
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/options.hpp>

namespace kit {

namespace {

// One pass over the words: options take effect, operands are kept.
class Parser {
 public:
  Parser(const Usage& usage, std::span<char*> words) : usage_(usage), words_(words) {}

  Parsed run() {
    while (next_ != words_.size() && result_.mistake == Mistake::none && !result_.wants_help)
      take(words_[next_++]);
    result_.operands = words_.first(kept_);
    if (result_.mistake == Mistake::none && !result_.wants_help) check_count();
    return result_;
  }

 private:
  void take(char* word) {
    const std::string_view text = word;
    if (text == "--help" && (!usage_.takes_anything || words_.size() == 1)) {
      if (!only_operands_) return static_cast<void>(result_.wants_help = true);
    }
    if (only_operands_ || usage_.takes_anything || !looks_like_option(text)) {
      words_[kept_++] = word;
      only_operands_ = only_operands_ || usage_.has_command;
    } else if (text == "--") {
      only_operands_ = true;
    } else {
      take_letters(text);
    }
  }

  // "-" alone is a file: the standard input.
  [[nodiscard]] bool looks_like_option(std::string_view word) const {
    if (word.size() < 2 || word.front() != '-') return false;
    if (usage_.operand_letters.contains(word[1])) return false;
    return !usage_.takes_negative || !is_digit(word[1]);
  }

  void take_letters(std::string_view word) {
    std::string_view rest = word.substr(1);
    if (usage_.takes_digits && is_digit(rest.front())) return take_value(*find('n'), rest, word);
    while (!rest.empty() && result_.mistake == Mistake::none) {
      const Option* option = find(rest.front());
      if (option == nullptr) return fail(Mistake::no_such_option, word);
      rest.remove_prefix(1);
      if (option->flag == nullptr) return take_value(*option, rest, word);
      *option->flag = true;
    }
  }

  // The value is the rest of the word, or the next one.
  void take_value(const Option& option, std::string_view value, std::string_view word) {
    if (value.empty()) {
      if (next_ == words_.size()) return fail(Mistake::value_missing, word);
      value = words_[next_++];
    }
    if (option.is_single && *option.given) return fail(Mistake::given_twice, word);
    if (option.given != nullptr) *option.given = true;
    if (option.values != nullptr) return add_value(*option.values, value);
    if (option.text != nullptr) return static_cast<void>(*option.text = value);
    const auto number = parse_size(value);
    if (!number) return fail(Mistake::no_number, value);
    *option.number = *number;
  }

  void add_value(Values& values, std::string_view value) {
    if (values.count == Values::most) return fail(Mistake::too_many_values, value);
    values.texts[values.count++] = value;
  }

  [[nodiscard]] const Option* find(char letter) const {
    for (const Option& option : usage_.options)
      if (option.letter == letter) return &option;
    return nullptr;
  }

  void check_count() {
    if (kept_ < usage_.least) fail(Mistake::too_few_operands, {});
    if (kept_ > usage_.most) fail(Mistake::too_many_operands, words_[usage_.most]);
  }

  void fail(Mistake mistake, std::string_view what) {
    result_.mistake = mistake;
    result_.what = what;
  }

  const Usage& usage_;
  std::span<char*> words_;
  u64 next_ = 0;
  u64 kept_ = 0;
  bool only_operands_ = false;
  Parsed result_;
};

}  // namespace

std::string_view sentence(Mistake mistake) {
  switch (mistake) {
    case Mistake::none: return "nothing is wrong";
    case Mistake::no_such_option: return "there is no such option";
    case Mistake::value_missing: return "this option needs a value";
    case Mistake::no_number: return "this is no number";
    case Mistake::given_twice: return "this option can be there only once";
    case Mistake::too_many_values: return "this option is there too often";
    case Mistake::too_few_operands: return "more words are needed";
    case Mistake::too_many_operands: return "this word is one too many";
  }
  return "something is wrong";
}

Parsed parse(const Usage& usage, std::span<char*> words) { return Parser{usage, words}.run(); }

}  // namespace kit
