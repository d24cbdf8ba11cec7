// SPDX-License-Identifier: MIT
// test and [: texts, numbers, files.
#include <user/shell/builtins/builtin.hpp>

namespace shell::builtin {

namespace files = ipc::files;

namespace {

// Parentheses and negations in each other.
constexpr u32 max_nesting = 32;

std::optional<i64> signed_number(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const auto number = number_in(text.substr(is_negative || text.starts_with('+') ? 1 : 0));
  if (!number.has_value()) return std::nullopt;
  return is_negative ? -static_cast<i64>(*number) : static_cast<i64>(*number);
}

bool is_number_operator(std::string_view op) {
  return op == "-eq" || op == "-ne" || op == "-lt" || op == "-le" || op == "-gt" || op == "-ge";
}

bool compare(std::string_view op, i64 a, i64 b) {
  if (op == "-eq") return a == b;
  if (op == "-ne") return a != b;
  if (op == "-lt") return a < b;
  if (op == "-le") return a <= b;
  return op == "-gt" ? a > b : a >= b;
}

constexpr std::string_view unary_operators = "edfLhsrwxznpc";

bool is_unary(std::string_view op) {
  return op.size() == 2 && op[0] == '-' && unary_operators.find(op[1]) != std::string_view::npos;
}

bool look_at_file(char op, std::string_view path) {
  const bool is_link = op == 'L' || op == 'h';
  const auto found = files::Session{}.stat(path, is_link ? files::path_flag::no_follow : 0);
  if (!found.ok()) return false;
  switch (op) {
    case 'd': return found->kind == files::Kind::directory;
    case 'f': return found->kind == files::Kind::file;
    case 'L':
    case 'h': return found->kind == files::Kind::symbolic_link;
    case 'c': return found->kind == files::Kind::device;
    case 'p': return found->kind == files::Kind::pipe;
    case 's': return found->size != 0;
    case 'r': return (found->mode & 0400) != 0;
    case 'w': return (found->mode & 0200) != 0;
    case 'x': return (found->mode & 0100) != 0;
    default: return true;
  }
}

class Evaluator {
 public:
  explicit Evaluator(Words words) : words_(words) {}

  // Nothing: it is no expression.
  std::optional<bool> all() {
    if (words_.empty()) return false;
    const bool value = either();
    if (is_wrong_ || !words_.empty()) return std::nullopt;
    return value;
  }

 private:
  std::string_view take() {
    const std::string_view word = words_[0];
    words_ = words_.subspan(1);
    return word;
  }
  bool take(std::string_view wanted) {
    if (words_.empty() || words_[0] != wanted) return false;
    take();
    return true;
  }
  bool wrong() {
    is_wrong_ = true;
    return false;
  }

  bool either() {
    bool value = both();
    while (take("-o")) value = both() || value;
    return value;
  }
  bool both() {
    bool value = one();
    while (take("-a")) value = one() && value;
    return value;
  }

  bool one() {
    if (words_.empty() || depth_ == max_nesting) return wrong();
    // With three words the middle one decides, whatever the others look like.
    if (words_.size() >= 3 && is_binary(words_[1])) return binary();
    ++depth_;
    const bool value = prefix();
    --depth_;
    return value;
  }

  bool prefix() {
    if (words_.size() > 1 && take("!")) return !one();
    if (words_.size() > 2 && take("(")) {
      const bool value = either();
      return take(")") ? value : wrong();
    }
    if (words_.size() < 2 || !is_unary(words_[0])) return !take().empty();
    const char op = take()[1];
    const std::string_view operand = take();
    if (op == 'z') return operand.empty();
    if (op == 'n') return !operand.empty();
    return look_at_file(op, operand);
  }

  static bool is_binary(std::string_view op) {
    return op == "=" || op == "==" || op == "!=" || is_number_operator(op);
  }

  bool binary() {
    const std::string_view left = take();
    const std::string_view op = take();
    const std::string_view right = take();
    if (op == "=" || op == "==") return left == right;
    if (op == "!=") return left != right;
    const auto a = signed_number(left);
    const auto b = signed_number(right);
    if (!a.has_value() || !b.has_value()) return wrong();
    return compare(op, *a, *b);
  }

  Words words_;
  u32 depth_ = 0;
  bool is_wrong_ = false;
};

int evaluate(Shell& shell, Words words, Words expression) {
  const auto value = Evaluator{expression}.all();
  if (value.has_value()) return *value ? 0 : 1;
  fail(shell, words, "here", "this is no expression");
  return status_wrong_use;
}

}  // namespace

int test(Shell& shell, Words words) { return evaluate(shell, words, words.subspan(1)); }

int bracket(Shell& shell, Words words) {
  if (words.back() != "]" || words.size() < 2) {
    shell::fail(shell, words, "here", "']' is missing");
    return status_wrong_use;
  }
  return evaluate(shell, words, words.subspan(1, words.size() - 2));
}

}  // namespace shell::builtin
