// SPDX-License-Identifier: MIT
#include <user/shell/editor/unfinished_word.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/language/growing.hpp>

namespace shell {
namespace {

// A command follows these, as it follows an operator.
bool precedes_command(std::string_view word) {
  for (const std::string_view one :
       {"if", "then", "else", "elif", "while", "until", "do", "!", "{", "time"})
    if (word == one) return true;
  // NAME=value before a command.
  const u64 length = name_length(word);
  return length != 0 && length < word.size() && word[length] == '=';
}

// Walks over the line once. It knows less than the parser does, because the line is not complete.
class Scan {
 public:
  Scan(Arena& arena, std::string_view line) : line_(line), word_(arena) {}

  UnfinishedWord run() {
    while (at_ < line_.size()) step(line_[at_]);
    const WordKind kind = is_command_ ? WordKind::command : WordKind::argument;
    if (has_dollar_) return after_dollar();
    return {.kind = kind, .text = word_.view(), .quote = quote_};
  }

 private:
  void step(char c) {
    ++at_;
    if (quote_ == '\'' && c != '\'') return put(c);
    if (c == '\\' && at_ < line_.size()) return put(line_[at_++]);
    if (c == '\'' && quote_ != '"') return toggle(c);
    if (c == '"') return toggle(c);
    if (c == '$') return begin_dollar();
    if (quote_ == '\0' && ends_word(c)) return end_word(c);
    put(c);
    // A name, or a brace and a name, may follow the dollar.
    const bool is_brace = at_ - 1 == dollar_ && c == '{';
    if (!is_name_part(c) && !is_brace) has_dollar_ = false;
  }

  void put(char c) { word_ << c; }

  void toggle(char quote) {
    quote_ = quote_ == '\0' ? quote : '\0';
    has_dollar_ = false;
  }

  // $( begins a command; the quotes around it are none within.
  void begin_dollar() {
    has_dollar_ = true;
    dollar_ = at_;
    put('$');
    if (at_ == line_.size() || line_[at_] != '(') return;
    ++at_;
    quote_ = '\0';
    has_dollar_ = false;
    is_command_ = true;
    word_.shrink(0);
  }

  void end_word(char c) {
    const bool is_target = c == '<' || c == '>';
    const bool ends_command = !is_blank(c) && !is_target;
    if (ends_command)
      is_command_ = true;
    else if (is_target)
      is_command_ = false;
    else if (!word_.empty())
      is_command_ = is_command_ && precedes_command(word_.view());
    word_.shrink(0);
    has_dollar_ = false;
  }

  UnfinishedWord after_dollar() const {
    const bool is_brace = dollar_ < line_.size() && line_[dollar_] == '{';
    return {.kind = is_brace ? WordKind::braces : WordKind::variable,
            .text = line_.substr(dollar_ + (is_brace ? 1 : 0)),
            .quote = '\0'};
  }

  std::string_view line_;
  u64 at_ = 0;
  TextBuilder word_;
  char quote_ = '\0';
  bool is_command_ = true;
  bool has_dollar_ = false;
  u64 dollar_ = 0;  // behind the last one
};

}  // namespace

UnfinishedWord find_unfinished_word(Arena& arena, std::string_view line) {
  return Scan{arena, line}.run();
}

}  // namespace shell
