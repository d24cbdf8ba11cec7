// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <limits>
#include <tests/unit/shell/world.hpp>
#include <user/shell/language/arithmetic.hpp>

namespace {

using shell::Failure;
using shell::i64;
using shell_test::World;

i64 value(std::string_view text) {
  World world;
  world.variables = {{"a", "5"}, {"negative", "-3"}};
  const auto result = shell::evaluate(text, world);
  EXPECT_TRUE(result.ok()) << text << ": " << result.error().text;
  return *result;
}

Failure failure(std::string_view text) {
  World world;
  world.variables = {{"text", "abc"}};
  return shell::evaluate(text, world).error().what;
}

TEST(ShellArithmetic, CalculatesAsC) {
  EXPECT_EQ(value(""), 0);
  EXPECT_EQ(value(" 1 + 2 * 3 "), 7);
  EXPECT_EQ(value("(1 + 2) * 3"), 9);
  EXPECT_EQ(value("10 - 2 - 3"), 5);
  EXPECT_EQ(value("-7 / 2"), -3);
  EXPECT_EQ(value("-7 % 3"), -1);
  EXPECT_EQ(value("0x1F + 010"), 39);
  EXPECT_EQ(value("1 << 4 | 3"), 19);
  EXPECT_EQ(value("6 & 3 ^ 1"), 3);
  EXPECT_EQ(value("!0 + ~0"), 0);
  EXPECT_EQ(value("1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 3"), 0);
  EXPECT_EQ(value("1 == 1 != 0"), 1);
  EXPECT_EQ(value("- - 4"), 4);
}

TEST(ShellArithmetic, KnowsVariables) {
  EXPECT_EQ(value("a + a * none"), 5);
  EXPECT_EQ(value("a = 2"), 2);
  EXPECT_EQ(value("a += 3"), 8);
  EXPECT_EQ(value("negative * 2"), -6);
  EXPECT_EQ(value("a == 5"), 1);
}

TEST(ShellArithmetic, ChangesNothingThatDoesNotMatter) {
  World world;
  EXPECT_EQ(*shell::evaluate("0 && (b = 1)", world), 0);
  EXPECT_EQ(*shell::evaluate("1 || 1 / 0", world), 1);
  EXPECT_TRUE(world.variables.empty());
}

TEST(ShellArithmetic, WrapsAndNeverTraps) {
  constexpr i64 least = std::numeric_limits<i64>::min();
  EXPECT_EQ(value("9223372036854775807 + 1"), least);
  EXPECT_EQ(value("(-9223372036854775807 - 1) / -1"), least);
  EXPECT_EQ(value("(-9223372036854775807 - 1) % -1"), 0);
  EXPECT_EQ(value("1 << 64"), 1);
}

TEST(ShellArithmetic, RefusesWhatIsNone) {
  for (const char* text : {"1 +", "(1", "1 2", "* 3", "08", "0x", "1a", "1 / 0", "text", "1 = 2"})
    EXPECT_EQ(failure(text), Failure::bad_arithmetic) << text;
  EXPECT_EQ(failure(std::string(100, '(')), Failure::bad_arithmetic);
  EXPECT_EQ(failure(std::string(100, '-') + "1"), Failure::bad_arithmetic);
}

}  // namespace
