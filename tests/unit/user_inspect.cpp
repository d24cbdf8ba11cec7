// SPDX-License-Identifier: MIT
// How the programs of user/inspect write values, for people and in JSON.
#include <gtest/gtest.h>
#include <string>
#include <user/inspect/kit/value.hpp>

namespace {

using base::u64;
using inspect::Form;

std::string time_text(u64 nanoseconds) {
  base::Text<64> text;
  inspect::write_time(text, nanoseconds);
  return std::string{text.view()};
}

std::string shown(Form form, u64 number) {
  base::Text<64> text;
  inspect::write_for_people(text, form, {.is_there = true, .number = number});
  return std::string{text.view()};
}

std::string escaped(std::string_view raw) {
  std::string all;
  for (const char c : raw) {
    base::Text<8> one;
    inspect::write_escaped(one, c);
    all += one.view();
  }
  return all;
}

TEST(Inspect, TimesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(time_text(0), "0 us");
  EXPECT_EQ(time_text(999'999), "999 us");
  EXPECT_EQ(time_text(1'000'000), "1.00 ms");
  EXPECT_EQ(time_text(12'345'678), "12.3 ms");
  EXPECT_EQ(time_text(999'999'999), "999 ms");
  EXPECT_EQ(time_text(1'090'000'000), "1.09 s");
  EXPECT_EQ(time_text(59'999'999'999), "59.9 s");
  EXPECT_EQ(time_text(60'000'000'000), "01:00");
  EXPECT_EQ(time_text(7'389'000'000'000), "2:03:09");
}

TEST(Inspect, ValuesForPeople) {
  EXPECT_EQ(shown(Form::count, 42), "42");
  EXPECT_EQ(shown(Form::bytes, 1536), "1.5K");
  EXPECT_EQ(shown(Form::address, 0x1000), "0x1000");
  EXPECT_EQ(shown(Form::limit, ~u64{0}), "-");
  EXPECT_EQ(shown(Form::limit, 7), "7");
  EXPECT_EQ(shown(Form::flag, 1), "yes");
  EXPECT_EQ(shown(Form::flag, 0), "no");
  base::Text<8> nothing;
  inspect::write_for_people(nothing, Form::count, {});
  EXPECT_EQ(nothing.view(), "");
}

TEST(Inspect, JsonStringsEscapeWhatTheyMust) {
  EXPECT_EQ(escaped("plain text"), "plain text");
  EXPECT_EQ(escaped("a\"b\\c\n\t"), "a\\\"b\\\\c\\n\\t");
  EXPECT_EQ(escaped("\x1b\x01\x7f"), "\\u001b\\u0001\\u007f");
  EXPECT_EQ(escaped("\xc3\xa9"), "\xc3\xa9");
}

}  // namespace
