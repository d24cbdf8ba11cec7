// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <libipc/text/name_pattern.hpp>

namespace {

using ipc::has_wildcards;
using ipc::matches_name;

TEST(NamePattern, Matches) {
  EXPECT_TRUE(matches_name("", ""));
  EXPECT_TRUE(matches_name("*", ""));
  EXPECT_TRUE(matches_name("a*b*c", "aXbYbZc"));
  EXPECT_TRUE(matches_name("*.tar.*", "a.tar.tar.gz"));
  EXPECT_TRUE(matches_name("?[a-c]", "xb"));
  EXPECT_TRUE(matches_name("[!a-c]", "d"));
  EXPECT_TRUE(matches_name("[]a]", "]"));
  EXPECT_TRUE(matches_name("[a-]", "-"));
  EXPECT_TRUE(matches_name("[[:digit:]x]", "7"));
  EXPECT_TRUE(matches_name("\\*", "*"));
  EXPECT_TRUE(matches_name("[\\]]", "]"));
  EXPECT_TRUE(matches_name("[[:xdigit:][:blank:]][[:punct:]]", "F!"));
  EXPECT_TRUE(matches_name("[a", "[a"));
  EXPECT_TRUE(matches_name("[", "["));
  EXPECT_TRUE(matches_name("*.cpp", "a.cpp"));
}

TEST(NamePattern, DoesNotMatch) {
  EXPECT_FALSE(matches_name("a", ""));
  EXPECT_FALSE(matches_name("", "a"));
  EXPECT_FALSE(matches_name("a*b", "abc"));
  EXPECT_FALSE(matches_name("?", ""));
  EXPECT_FALSE(matches_name("[a-c]", "d"));
  EXPECT_FALSE(matches_name("[!a]", "a"));
  EXPECT_FALSE(matches_name("[[:digit:]]", "x"));
  EXPECT_FALSE(matches_name("\\*", "a"));
  EXPECT_FALSE(matches_name("[a\\-c]", "b"));
  EXPECT_FALSE(matches_name("*.cpp", "a.cppx"));
  EXPECT_FALSE(matches_name("?[!0-9]", "x7"));
}

TEST(NamePattern, TakesNoLongTimeForManyStars) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches_name(pattern + "b", std::string(5'000, 'a')));
}

TEST(NamePattern, KnowsWildcards) {
  for (const char* text : {"*", "a?", "[a]", "\\\\*"}) EXPECT_TRUE(has_wildcards(text)) << text;
  for (const char* text : {"", "a", "\\*", "[a", "\\[a]", "]"})
    EXPECT_FALSE(has_wildcards(text)) << text;
}

}  // namespace
