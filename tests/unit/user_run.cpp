// SPDX-License-Identifier: MIT
// The command runner's way of cutting a line into words.
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <user/run/words.hpp>
#include <vector>

namespace {

using run::Words;
using List = std::vector<std::string>;

List split(std::string_view line) {
  const auto words = std::make_unique<Words>();
  EXPECT_TRUE(words->split(line).ok()) << line;
  return {words->view().begin(), words->view().end()};
}

abi::Error error_of(std::string_view line) {
  return std::make_unique<Words>()->split(line).error();
}

TEST(RunWords, AreCutAtBlanks) {
  EXPECT_EQ(split("hello 42"), (List{"hello", "42"}));
  EXPECT_EQ(split("  a \t b\r\n"), (List{"a", "b"}));
  EXPECT_EQ(split(""), List{});
  EXPECT_EQ(split(" \t "), List{});
}

TEST(RunWords, KeepWhatStandsBetweenQuotes) {
  EXPECT_EQ(split("a 'b c' \"d  e\""), (List{"a", "b c", "d  e"}));
  EXPECT_EQ(split("'' a \"\""), (List{"", "a", ""}));
  EXPECT_EQ(split("a'b c'd\"e\"f"), (List{"ab cdef"}));
  EXPECT_EQ(split("'\"' \"'\""), (List{"\"", "'"}));
  EXPECT_EQ(split("a\\ b"), (List{"a\\", "b"}));
}

TEST(RunWords, WithAnOpenQuoteAreRefused) {
  for (const char* line : {"'", "\"", "a 'b", "a 'b\"", "'' '"})
    EXPECT_EQ(error_of(line), abi::Error::bad_argument) << line;
}

TEST(RunWords, HaveLimits) {
  EXPECT_EQ(split(std::string(Words::max_bytes, 'x')).size(), 1U);
  EXPECT_EQ(error_of(std::string(Words::max_bytes + 1, 'x')), abi::Error::too_big);
  std::string line;
  for (run::u64 i = 0; i < Words::max_words; ++i) line += "x ";
  EXPECT_EQ(split(line).size(), Words::max_words);
  EXPECT_EQ(error_of(line + "x"), abi::Error::too_big);
}

}  // namespace
