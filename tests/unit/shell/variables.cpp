// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <user/shell/language/variables.hpp>

namespace {

using shell::Variables;

TEST(ShellVariables, KeepTheirValues) {
  char room[64];
  Variables variables{room};
  EXPECT_FALSE(variables.find("a").has_value());
  EXPECT_TRUE(variables.set("a", "1"));
  EXPECT_TRUE(variables.set("b", "x=y"));
  EXPECT_TRUE(variables.set("a", ""));
  EXPECT_EQ(*variables.find("a"), "");
  EXPECT_EQ(*variables.find("b"), "x=y");
  variables.remove("a");
  EXPECT_FALSE(variables.find("a").has_value());
  EXPECT_EQ(variables.count(), 1U);
}

TEST(ShellVariables, MayTakeTheirOwnValue) {
  char room[64];
  Variables variables{room};
  variables.set("a", "some text");
  EXPECT_TRUE(variables.set("a", *variables.find("a")));
  EXPECT_EQ(*variables.find("a"), "some text");
}

TEST(ShellVariables, StayExportedWhenTheyChange) {
  char room[64];
  Variables variables{room};
  variables.set("a", "1", true);
  variables.set("a", "2");
  shell::u64 cursor = 0;
  const auto record = variables.next(cursor);
  EXPECT_TRUE(record.is_exported);
  EXPECT_EQ(record.text, "a=2");
  EXPECT_EQ(variables.next(cursor).text, "");
}

TEST(ShellVariables, StayAsTheyAreWithoutRoom) {
  char room[16];
  Variables variables{room};
  EXPECT_TRUE(variables.set("a", "12345"));
  EXPECT_FALSE(variables.set("b", "1234567"));
  EXPECT_FALSE(variables.set("a", "1234567"));
  EXPECT_EQ(*variables.find("a"), "12345");
  EXPECT_FALSE(variables.find("b").has_value());
}

TEST(ShellVariables, AreAMap) {
  static char room[4096];
  Variables variables{room};
  std::map<std::string, std::string> model;
  std::mt19937 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const std::string name(1, static_cast<char>('a' + random() % 20));
    const std::string value(random() % 100, 'v');
    if (random() % 3 == 0) {
      variables.remove(name);
      model.erase(name);
    } else {
      ASSERT_TRUE(variables.set(name, value));
      model[name] = value;
    }
    ASSERT_EQ(variables.count(), model.size());
    const auto found = variables.find(name);
    ASSERT_EQ(found.has_value(), model.contains(name));
    if (found.has_value()) ASSERT_EQ(*found, model[name]);
  }
}

}  // namespace
