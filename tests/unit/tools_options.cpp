// SPDX-License-Identifier: MIT
// How the small tools read their options and numbers.
#include <gtest/gtest.h>
#include <string>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/options.hpp>
#include <vector>

namespace {

using kit::Mistake;
using kit::u64;

constinit bool all = false;
constinit bool is_long = false;
constinit u64 count = 0;
constinit std::string_view text;
constinit kit::Values several;
constinit bool was_given = false;
constexpr kit::Option options[] = {{'a', all, "all"},
                                   {'l', is_long, "long"},
                                   {'n', count, "N", "so many"},
                                   {'t', text, "T", "text"},
                                   {'e', several, "T", "texts"},
                                   kit::Option{'o', text, "T", "text"}.once(was_given)};

struct Result {
  std::vector<std::string> operands;
  Mistake mistake;
  bool wants_help;
};

Result parse(std::vector<std::string> words, kit::Usage usage = {}) {
  all = is_long = false;
  count = 0;
  text = {};
  several.count = 0;
  was_given = false;
  usage.options = options;
  static std::vector<std::string> kept;
  kept = std::move(words);
  std::vector<char*> pointers;
  for (auto& word : kept) pointers.push_back(word.data());
  const auto parsed = kit::parse(usage, pointers);
  return {{parsed.operands.begin(), parsed.operands.end()}, parsed.mistake, parsed.wants_help};
}

using List = std::vector<std::string>;

TEST(ToolOptions, MayStandThereSeveralTimes) {
  EXPECT_EQ(parse({"-e", "1", "-ae2", "-n1", "-n2"}).mistake, Mistake::none);
  EXPECT_EQ(std::vector(several.view().begin(), several.view().end()),
            (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(parse({"-oa"}).mistake, Mistake::none);
  EXPECT_EQ(parse({"-oa", "-oa"}).mistake, Mistake::given_twice);
  EXPECT_EQ(parse({"-x", "-a"}, {.operand_letters = "x"}).operands, List{"-x"});
}

TEST(ToolOptions, StandTogetherAndApart) {
  EXPECT_EQ(parse({"-al", "-n5", "-t", "x", "file"}).operands, List{"file"});
  EXPECT_TRUE(all && is_long);
  EXPECT_EQ(count, 5U);
  EXPECT_EQ(text, "x");
}

TEST(ToolOptions, MayStandBehindOperands) {
  EXPECT_EQ(parse({"a", "-a", "b", "-n", "2k", "c"}).operands, (List{"a", "b", "c"}));
  EXPECT_TRUE(all);
  EXPECT_EQ(count, 2048U);
}

TEST(ToolOptions, EndAtTwoDashes) {
  EXPECT_EQ(parse({"--", "-a", "--help", "--"}).operands, (List{"-a", "--help", "--"}));
  EXPECT_FALSE(all);
  EXPECT_EQ(parse({"-", "-a"}).operands, List{"-"});
}

TEST(ToolOptions, OfACommandAreItsOwn) {
  EXPECT_EQ(parse({"-a", "ls", "-l"}, {.has_command = true}).operands, (List{"ls", "-l"}));
  EXPECT_TRUE(all);
  EXPECT_FALSE(is_long);
}

TEST(ToolOptions, ThatAreWrongAreRefused) {
  EXPECT_EQ(parse({"-z"}).mistake, Mistake::no_such_option);
  EXPECT_EQ(parse({"-az"}).mistake, Mistake::no_such_option);
  EXPECT_EQ(parse({"--all"}).mistake, Mistake::no_such_option);
  EXPECT_EQ(parse({"-n"}).mistake, Mistake::value_missing);
  EXPECT_EQ(parse({"-n", "five"}).mistake, Mistake::no_number);
  EXPECT_EQ(parse({"a"}, {.least = 2}).mistake, Mistake::too_few_operands);
  EXPECT_EQ(parse({"a", "b"}, {.most = 1}).mistake, Mistake::too_many_operands);
}

TEST(ToolOptions, OfSomeToolsAreNumbersOrWords) {
  EXPECT_EQ(parse({"-12", "f"}, {.takes_digits = true}).operands, List{"f"});
  EXPECT_EQ(count, 12U);
  EXPECT_EQ(parse({"-5", "-a", "-1"}, {.takes_negative = true}).operands, (List{"-5", "-1"}));
  EXPECT_EQ(parse({"-a", "-x"}, {.takes_anything = true}).operands, (List{"-a", "-x"}));
  EXPECT_TRUE(parse({"--help"}, {.takes_anything = true}).wants_help);
  EXPECT_FALSE(parse({"--help", "x"}, {.takes_anything = true}).wants_help);
  EXPECT_TRUE(parse({"a", "--help", "-z"}).wants_help);
}

TEST(ToolNumbers, AreTakenWholeOrNotAtAll) {
  EXPECT_EQ(kit::parse_number("0"), 0U);
  EXPECT_EQ(kit::parse_number("18446744073709551615"), ~u64{0});
  EXPECT_EQ(kit::parse_number("755", 8), 0755U);
  for (const char* wrong : {"", "x", "1x", "-1", "+1", " 1", "18446744073709551616"})
    EXPECT_EQ(kit::parse_number(wrong), std::nullopt) << wrong;
  EXPECT_EQ(kit::parse_number("8", 8), std::nullopt);
}

TEST(ToolNumbers, HaveUnits) {
  EXPECT_EQ(kit::parse_size("3"), 3U);
  EXPECT_EQ(kit::parse_size("2b"), 1024U);
  EXPECT_EQ(kit::parse_size("1k"), 1024U);
  EXPECT_EQ(kit::parse_size("1kB"), 1000U);
  EXPECT_EQ(kit::parse_size("2MiB"), 2U << 20);
  EXPECT_EQ(kit::parse_size("3GB"), 3'000'000'000U);
  EXPECT_EQ(kit::parse_size("15E"), u64{15} << 60);
  for (const char* wrong : {"k", "1kk", "16E", "1x", "99999999999G"})
    EXPECT_EQ(kit::parse_size(wrong), std::nullopt) << wrong;
}

TEST(ToolNumbers, AreTimesToo) {
  constexpr u64 second = 1'000'000'000;
  EXPECT_EQ(kit::parse_nanoseconds("2"), 2 * second);
  EXPECT_EQ(kit::parse_nanoseconds("0.05"), second / 20);
  EXPECT_EQ(kit::parse_nanoseconds(".5"), second / 2);
  EXPECT_EQ(kit::parse_nanoseconds("1.5m"), 90 * second);
  EXPECT_EQ(kit::parse_nanoseconds("1h"), 3600 * second);
  EXPECT_EQ(kit::parse_nanoseconds("0.0000000019"), 1U);
  for (const char* wrong : {"", ".", "x", "1x", "-1", "1..2", "99999999999999999999"})
    EXPECT_EQ(kit::parse_nanoseconds(wrong), std::nullopt) << wrong;
}

}  // namespace
