// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::i64;
using base::u64;

constinit std::string_view separator = "\n";
constinit bool has_equal_width = false;
constexpr kit::Option options[] = {
    {'s', separator, "TEXT", "between the numbers, instead of a newline"},
    {'w', has_equal_width, "all as wide as the widest, with zeroes in front"}};
constexpr kit::Usage usage{.name = "seq",
                           .operands = "[FIRST [STEP]] LAST",
                           .sentence = "Writes whole numbers from the first to the last.",
                           .options = options,
                           .least = 1,
                           .most = 3,
                           .takes_negative = true};

i64 parse(std::string_view text) {
  std::string_view digits = text;
  const bool is_negative = digits.starts_with('-');
  if (is_negative || digits.starts_with('+')) digits.remove_prefix(1);
  const auto number = kit::parse_number(digits);
  if (!number) kit::misused(text, "this is no whole number");
  constexpr u64 most = ~u64{0} >> 1;
  if (*number > most + (is_negative ? 1 : 0)) kit::misused(text, "this number is too large");
  return static_cast<i64>(is_negative ? u64{0} - *number : *number);
}

u64 width_of(i64 number) {
  base::Text<32> text;
  text << number;
  return text.view().size();
}

void write(i64 number, u64 width) {
  base::Text<32> digits;
  digits << (number < 0 ? u64{0} - static_cast<u64>(number) : static_cast<u64>(number));
  if (number < 0) kit::out << '-';
  for (u64 i = digits.view().size() + (number < 0 ? 1 : 0); i < width; ++i) kit::out << '0';
  kit::out << digits.view();
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  const i64 first = operands.size() > 1 ? parse(operands[0]) : 1;
  const i64 step = operands.size() > 2 ? parse(operands[1]) : 1;
  const i64 last = parse(operands.back());
  if (step == 0) kit::misused(operands[1], "the step must not be 0");
  const u64 width = has_equal_width ? std::max(width_of(first), width_of(last)) : 0;
  const auto is_within = [&](i64 number) { return step > 0 ? number <= last : number >= last; };
  // Where numbers end the sequence does, too.
  bool has_next = true;
  for (i64 number = first; has_next && is_within(number);) {
    if (number != first) kit::out << separator;
    write(number, width);
    has_next = !__builtin_add_overflow(number, step, &number);
  }
  if (is_within(first)) kit::out << '\n';
  return kit::finish();
}
