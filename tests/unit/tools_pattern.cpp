// SPDX-License-Identifier: MIT
// Regular expressions and patterns of names: against tables, and against those of the C library.
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <regex.h>
#include <string>
#include <user/tools/kit/pattern.hpp>

namespace {

using kit::Pattern;
using kit::PatternFault;
using kit::Syntax;

bool matches(std::string_view expression, std::string_view text, Syntax syntax = {}) {
  const auto pattern = std::make_unique<Pattern>();
  EXPECT_EQ(pattern->add(expression, syntax), PatternFault::none) << expression;
  return pattern->matches(text);
}

bool extended(std::string_view expression, std::string_view text) {
  return matches(expression, text, {.extended = true});
}

PatternFault fault_of(std::string_view expression, bool is_extended = true) {
  return std::make_unique<Pattern>()->add(expression, {.extended = is_extended});
}

TEST(ToolPattern, FindsWhatIsWritten) {
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_FALSE(matches("x", "abc"));
  EXPECT_TRUE(matches("a.c", "xabcx"));
  EXPECT_TRUE(matches("ab*c", "ac"));
  EXPECT_TRUE(matches("^ab*c$", "abbbc"));
  EXPECT_FALSE(matches("^b", "ab"));
  EXPECT_TRUE(matches("[^a-c]", "abd"));
  EXPECT_TRUE(matches("[]a]", "]"));
  EXPECT_TRUE(matches("[[:digit:]-]", "x-"));
}

TEST(ToolPattern, OfBasicAndExtendedFormDiffer) {
  EXPECT_TRUE(matches("a+", "a+"));
  EXPECT_FALSE(matches("a+", "aa"));
  EXPECT_TRUE(matches("a\\+$", "aa"));
  EXPECT_TRUE(extended("^(ab|c)+$", "abcab"));
  EXPECT_FALSE(extended("^(ab|c)+$", "abca"));
  EXPECT_TRUE(matches("\\(a\\|b\\)\\{3\\}", "bab"));
  EXPECT_TRUE(matches("*a", "*a"));
  EXPECT_FALSE(matches("^*a", "a"));
  EXPECT_TRUE(matches("a^b$c", "a^b$c"));
}

TEST(ToolPattern, Repeats) {
  EXPECT_TRUE(extended("^a{2,3}$", "aaa"));
  EXPECT_FALSE(extended("^a{2,3}$", "aaaa"));
  EXPECT_FALSE(extended("^a{2,3}$", "a"));
  EXPECT_TRUE(extended("^a{0}b$", "b"));
  EXPECT_TRUE(extended("^(a|bc){2,}$", "bcabc"));
  EXPECT_TRUE(extended("^(a{0,2}b){0,2}$", "aabb"));
  EXPECT_FALSE(extended("^(a{0,2}b){0,2}$", "bbb"));
  EXPECT_TRUE(extended("a{x", "a{x"));
  EXPECT_TRUE(extended("^(a*)*$", "aaa"));
}

TEST(ToolPattern, KnowsWordsAndCases) {
  EXPECT_TRUE(matches("\\<the\\>", "in the end"));
  EXPECT_FALSE(matches("\\<the\\>", "there"));
  EXPECT_TRUE(matches("\\bend", "the end"));
  EXPECT_TRUE(matches("HeL*o", "hEllO", {.ignores_case = true}));
  EXPECT_TRUE(matches("[a-c]X", "Bx", {.ignores_case = true}));
  EXPECT_TRUE(matches("a.b*", "xa.b*x", {.is_literal = true}));
  EXPECT_FALSE(matches("a.b", "axb", {.is_literal = true}));
}

TEST(ToolPattern, TakesSeveralExpressions) {
  Pattern pattern;
  for (const char* one : {"^one$", "two", "th(r)ee"})
    ASSERT_EQ(pattern.add(one, {.extended = true}), PatternFault::none);
  EXPECT_TRUE(pattern.matches("one"));
  EXPECT_TRUE(pattern.matches("a two"));
  EXPECT_TRUE(pattern.matches("three"));
  EXPECT_FALSE(pattern.matches("one more"));
}

// "start-end" of the first match, "none" without one.
std::string first_match(Pattern& pattern, std::string_view text, std::uint64_t from = 0) {
  const auto match = pattern.find(text, from);
  if (!match) return "none";
  return std::to_string(match->start) + "-" + std::to_string(match->end);
}

std::string first_match(std::string_view expression, std::string_view text, Syntax syntax,
                        std::uint64_t from = 0) {
  const auto pattern = std::make_unique<Pattern>();
  EXPECT_EQ(pattern->add(expression, syntax), PatternFault::none) << expression;
  return first_match(*pattern, text, from);
}

TEST(ToolPattern, FindsTheFirstAndLongestMatch) {
  constexpr Syntax extended{.extended = true};
  EXPECT_EQ(first_match("b+", "abbbcb", extended), "1-4");
  EXPECT_EQ(first_match("b+", "abbbcb", extended, 4), "5-6");
  EXPECT_EQ(first_match("bc|abcd", "abcd", extended), "0-4");
  EXPECT_EQ(first_match("bc|abcx", "abcd", extended), "1-3");
  EXPECT_EQ(first_match("o|ow|own", "brown", extended), "2-5");
  EXPECT_EQ(first_match("x*", "abc", extended), "0-0");
  EXPECT_EQ(first_match("x", "abc", extended), "none");
  EXPECT_EQ(first_match("^a", "aa", extended, 1), "none");
  EXPECT_EQ(first_match("$", "aa", extended, 1), "2-2");
}

TEST(ToolPattern, MatchesWholeTextsAndWords) {
  constexpr Syntax whole{.extended = true, .is_whole = true};
  constexpr Syntax word{.extended = true, .is_word = true};
  EXPECT_EQ(first_match("a|bc", "bc", whole), "0-2");
  EXPECT_EQ(first_match("a|bc", "abc", whole), "none");
  EXPECT_EQ(first_match("", "", whole), "0-0");
  EXPECT_EQ(first_match("ab|c", "abc c", word), "4-5");
  EXPECT_EQ(first_match("a[a-z]*", "abc-d", word), "0-3");
  EXPECT_EQ(first_match("-", "a-b", word), "none");
}

TEST(ToolPattern, TellsWhatIsWrong) {
  EXPECT_EQ(fault_of("(a"), PatternFault::open_group);
  EXPECT_EQ(fault_of("a\\)", false), PatternFault::no_group);
  EXPECT_EQ(fault_of("[a"), PatternFault::open_set);
  EXPECT_EQ(fault_of("[b-a]"), PatternFault::bad_range);
  EXPECT_EQ(fault_of("[[:nothing:]]"), PatternFault::bad_class);
  EXPECT_EQ(fault_of("a{3,2}"), PatternFault::bad_interval);
  EXPECT_EQ(fault_of("a\\"), PatternFault::ends_in_backslash);
  EXPECT_EQ(fault_of("(a)\\1"), PatternFault::back_reference);
  EXPECT_EQ(fault_of("((a{99}){99}){99}"), PatternFault::too_long);
  EXPECT_EQ(fault_of(std::string(1000, '(')), PatternFault::too_deep);
}

// A matcher that goes back would need 2^28 steps.
TEST(ToolPattern, TakesNoLongerForAnExpressionThatIsMeant) {
  std::string expression;
  for (int i = 0; i < 28; ++i) expression += "a?";
  expression += std::string(28, 'a');
  EXPECT_TRUE(extended(expression, std::string(28, 'a')));
  EXPECT_FALSE(extended("(a*)*(a*)*(a*)*b", std::string(1000, 'a')));
}

class Library {
 public:
  Library(const std::string& expression, bool is_extended)
      : ok_(regcomp(&compiled_, expression.c_str(), is_extended ? REG_EXTENDED : 0) == 0) {}
  ~Library() {
    if (ok_) regfree(&compiled_);
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool matches(const std::string& text) const {
    return regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }
  [[nodiscard]] std::string first_match(const std::string& text) const {
    regmatch_t match[1];
    if (regexec(&compiled_, text.c_str(), 1, match, 0) != 0) return "none";
    return std::to_string(match[0].rm_so) + "-" + std::to_string(match[0].rm_eo);
  }

 private:
  regex_t compiled_;
  bool ok_;
};

// Expressions that are right in any case, put together at random.
std::string random_expression(std::mt19937& random, int depth) {
  static const char* const atoms[] = {"a", "b", "c", ".", "[ab]", "[^a]", "[[:alpha:]]"};
  static const char* const repeats[] = {"", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"};
  std::string text;
  const auto pieces = random() % 4 + 1;
  for (unsigned i = 0; i < pieces; ++i) {
    if (depth > 0 && random() % 3 == 0)
      text += "(" + random_expression(random, depth - 1) + ")";
    else
      text += atoms[random() % std::size(atoms)];
    text += repeats[random() % std::size(repeats)];
    if (random() % 6 == 0 && i + 1 < pieces) text += "|";
  }
  return text;
}

TEST(ToolPattern, MatchesWhatTheLibraryMatches) {
  std::mt19937 random{1};
  for (int i = 0; i < 2'000; ++i) {
    std::string expression = random_expression(random, 2);
    if (random() % 4 == 0) expression = "^" + expression;
    if (random() % 4 == 0) expression += "$";
    const Library library{expression, true};
    const auto pattern = std::make_unique<Pattern>();
    ASSERT_TRUE(library.ok()) << expression;
    ASSERT_EQ(pattern->add(expression, {.extended = true}), PatternFault::none) << expression;
    for (int j = 0; j < 10; ++j) {
      std::string text;
      for (auto left = random() % 8; left != 0; --left) text += "abcd"[random() % 4];
      ASSERT_EQ(pattern->matches(text), library.matches(text)) << expression << " in " << text;
      ASSERT_EQ(first_match(*pattern, text), library.first_match(text))
          << expression << " in " << text;
    }
  }
}

}  // namespace
