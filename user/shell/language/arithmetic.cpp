// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <user/shell/language/arithmetic.hpp>
#include <user/shell/language/characters.hpp>

namespace shell {
namespace {

// Parentheses and signs in each other.
constexpr u32 max_nesting = 32;

struct BinaryOperator {
  std::string_view text;
  u32 strength;  // a stronger one is done first
};

// Longer spellings stand before those that they begin with.
constexpr BinaryOperator operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<<", 8}, {">>", 8},
    {"<=", 7}, {">=", 7}, {"<", 7},  {">", 7},  {"|", 3},  {"^", 4},
    {"&", 5},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};

i64 wrapped(u64 value) { return static_cast<i64>(value); }

// Division has been looked at before.
i64 apply(std::string_view op, i64 left, i64 right) {
  const auto a = static_cast<u64>(left);
  const auto b = static_cast<u64>(right);
  if (op == "+") return wrapped(a + b);
  if (op == "-") return wrapped(a - b);
  if (op == "*") return wrapped(a * b);
  if (op == "/") return right == -1 ? wrapped(0 - a) : left / right;
  if (op == "%") return right == -1 ? 0 : left % right;
  if (op == "<<") return wrapped(a << (b & 63));
  if (op == ">>") return left >> (b & 63);
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  if (op == ">=") return left >= right;
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == "&") return wrapped(a & b);
  if (op == "^") return wrapped(a ^ b);
  if (op == "|") return wrapped(a | b);
  if (op == "&&") return left != 0 && right != 0;
  return left != 0 || right != 0;
}

class Evaluator {
 public:
  Evaluator(std::string_view text, Surroundings& surroundings)
      : rest_(text), surroundings_(surroundings) {}

  Expanded<i64> all() {
    skip();
    if (rest_.empty()) return i64{0};
    const i64 value = TRY(binary(1));
    if (!rest_.empty()) return wrong("this is no expression");
    return value;
  }

 private:
  static ExpandError wrong(std::string_view why) {
    return {.what = Failure::bad_arithmetic, .text = why};
  }

  void skip() {
    while (!rest_.empty() && (is_blank(rest_[0]) || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    skip();
    return true;
  }

  const BinaryOperator* next_operator() const {
    for (const auto& one : operators)
      if (rest_.starts_with(one.text)) return &one;
    return nullptr;
  }

  // Operators of at least this strength. Each level takes what is stronger than itself.
  Expanded<i64> binary(u32 strength) {
    i64 value = TRY(unary());
    for (;;) {
      const BinaryOperator* op = next_operator();
      if (op == nullptr || op->strength < strength) return value;
      take(op->text);
      const bool was_skipping = is_skipping_;
      // What does not matter any more is read, and changes nothing.
      if ((op->text == "&&" && value == 0) || (op->text == "||" && value != 0)) is_skipping_ = true;
      const auto right = binary(op->strength + 1);
      is_skipping_ = was_skipping;
      TRY(right);
      if ((op->text == "/" || op->text == "%") && *right == 0) {
        if (!is_skipping_) return wrong("this divides by zero");
        continue;
      }
      value = apply(op->text, value, *right);
    }
  }

  Expanded<i64> unary() {
    if (depth_ == max_nesting) return wrong("too many parentheses");
    ++depth_;
    const auto value = unary_inside();
    --depth_;
    return value;
  }

  Expanded<i64> unary_inside() {
    if (take("-")) return wrapped(0 - static_cast<u64>(TRY(unary())));
    if (take("+")) return unary();
    if (take("!")) return TRY(unary()) == 0;
    if (take("~")) return ~TRY(unary());
    if (take("(")) {
      const i64 value = TRY(binary(1));
      if (!take(")")) return wrong("a ')' is missing");
      return value;
    }
    if (!rest_.empty() && is_digit(rest_[0])) return number();
    if (!rest_.empty() && is_name_start(rest_[0])) return name();
    return wrong(rest_.empty() ? "something is missing at the end" : "a number is missing");
  }

  Expanded<i64> number() {
    const bool is_hexadecimal = rest_.starts_with("0x") || rest_.starts_with("0X");
    const bool is_octal = !is_hexadecimal && rest_[0] == '0';
    const u64 base = is_hexadecimal ? 16 : is_octal ? 8 : 10;
    if (is_hexadecimal) rest_.remove_prefix(2);
    u64 value = 0;
    u64 digits = 0;
    for (; !rest_.empty() && is_name_part(rest_[0]); rest_.remove_prefix(1), ++digits) {
      const char c = rest_[0];
      const auto digit = static_cast<u64>(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
      if (c == '_' || digit >= base) return wrong("this is no number");
      value = value * base + digit;
    }
    if (digits == 0) return wrong("this is no number");
    skip();
    return wrapped(value);
  }

  // A variable, or `name = expression` and `name += expression`.
  Expanded<i64> name() {
    const std::string_view name = rest_.substr(0, name_length(rest_));
    take(name);
    for (const std::string_view op : {"+=", "-=", "*=", "="}) {
      if (!rest_.starts_with(op) || rest_.starts_with("==")) continue;
      take(op);
      i64 value = TRY(binary(1));
      if (op != "=") value = apply(op.substr(0, 1), TRY(value_of(name)), value);
      return assigned(name, value);
    }
    return value_of(name);
  }

  Expanded<i64> assigned(std::string_view name, i64 value) {
    base::Text<24> text;
    text << value;
    if (!is_skipping_ && !surroundings_.assign(name, text.view()))
      return ExpandError{.what = Failure::no_room, .name = name};
    return value;
  }

  // A value is a number with a sign, and nothing else: it is not evaluated in turn.
  Expanded<i64> value_of(std::string_view name) {
    const std::string_view text = surroundings_.value_of(name).value_or("");
    if (text.empty()) return i64{0};
    Evaluator value{text, surroundings_};
    value.skip();
    const bool is_negative = value.take("-");
    if (value.rest_.empty() || !is_digit(value.rest_[0]))
      return ExpandError{
          .what = Failure::bad_arithmetic, .name = name, .text = "its value is no number"};
    const i64 found = TRY(value.number());
    return is_negative ? wrapped(0 - static_cast<u64>(found)) : found;
  }

  std::string_view rest_;
  Surroundings& surroundings_;
  u32 depth_ = 0;
  bool is_skipping_ = false;
};

}  // namespace

Expanded<i64> evaluate(std::string_view text, Surroundings& surroundings) {
  return Evaluator{text, surroundings}.all();
}

}  // namespace shell
