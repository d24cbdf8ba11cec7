// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <user/shell/language/pattern.hpp>

namespace {

using shell::has_wildcards;
using shell::matches;

TEST(ShellPattern, Matches) {
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "aXbYbZc"));
  EXPECT_TRUE(matches("*.tar.*", "a.tar.tar.gz"));
  EXPECT_TRUE(matches("?[a-c]", "xb"));
  EXPECT_TRUE(matches("[!a-c]", "d"));
  EXPECT_TRUE(matches("[]a]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[[:digit:]x]", "7"));
  EXPECT_TRUE(matches("\\*", "*"));
  EXPECT_TRUE(matches("[\\]]", "]"));
  EXPECT_TRUE(matches("[a", "[a"));
}

TEST(ShellPattern, DoesNotMatch) {
  EXPECT_FALSE(matches("a", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*b", "abc"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("[a-c]", "d"));
  EXPECT_FALSE(matches("[!a]", "a"));
  EXPECT_FALSE(matches("[[:digit:]]", "x"));
  EXPECT_FALSE(matches("\\*", "a"));
  EXPECT_FALSE(matches("[a\\-c]", "b"));
}

TEST(ShellPattern, TakesNoLongTimeForManyStars) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(5'000, 'a')));
}

TEST(ShellPattern, KnowsWildcards) {
  for (const char* text : {"*", "a?", "[a]", "\\\\*"}) EXPECT_TRUE(has_wildcards(text)) << text;
  for (const char* text : {"", "a", "\\*", "[a", "\\[a]", "]"})
    EXPECT_FALSE(has_wildcards(text)) << text;
}

}  // namespace
